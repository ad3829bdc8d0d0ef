package dev.muster.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigApplyTest extends ClientTest {

    private static final String PUT = "PUT /v1/groups/redis.prod/config";

    private static final String EVENTS = "GET /v1/groups/redis.prod/revisions/7-3f9a1c02/events";

    private static final String HOLDS = "{\"id\":\"8-aabbccdd\",\"number\":8,\"author\":\"bob@host\","
            + "\"time\":\"2026-11-22T10:00:01Z\",\"message\":null}";

    @BeforeEach
    void input() {
        this.client.input("port = 2112\n");
    }

    private static String taken(String applied, int copies, String rest) {
        return "{\"id\":\"7-3f9a1c02\",\"group\":\"redis.prod\",\"number\":7,\"hash\":\"ab\",\"author\":\"alice@host\","
                + "\"time\":\"2026-11-22T10:00:00Z\",\"message\":null,\"applied\":\"" + applied + "\",\"copies\":"
                + copies + ",\"oneCopyOnly\":" + (copies < 2) + rest + "}";
    }

    private static String result(String state, String... members) {
        boolean current = !Set.of("superseded", "lost").contains(state);
        return FakeNode.event("f-9", "result",
                "{\"id\":\"7-3f9a1c02\",\"group\":\"redis.prod\",\"number\":7,\"state\":\"" + state + "\",\"current\":"
                        + current + ",\"holds\":" + (current ? "null" : HOLDS) + ",\"members\":["
                        + String.join(",", members) + "],\"lost\":[]}");
    }

    private static String step(String id, String member) {
        return FakeNode.event(id, "member", member);
    }

    private static String member(String name, String state) {
        return "{\"id\":\"id-" + name + "\",\"name\":\"" + name + "\",\"state\":\"" + state + "\",\"received\":"
                + !Set.of("waiting", "away").contains(state)
                + ",\"reason\":null,\"pid\":12,\"since\":\"2026-11-22T10:00:00Z\"}";
    }

    @Test
    void aChangeIsSentAndFollowedUntilAllHaveIt() {
        this.node.on(PUT, 201, taken("accepted", 2, ",\"vanished\":[\"timeout\",\"a.b\"],\"note\":\"Kept for later.\""))
            .events(EVENTS, step("", member("a", "received")), step("f-0", member("b", "waiting")),
                    step("f-1", member("b", "received")), step("f-2", member("c", "away")),
                    result("spreading", member("a", "received"), member("b", "received"), member("c", "away")))
            .events(EVENTS, step("f-3", member("b", "restarted")),
                    result("spreading", member("a", "unchanged"), member("b", "restarted"), member("c", "away")));
        assertThat(
                this.client.run("config apply redis.prod 7 -m more&less --author alice@host --if-revision 6-01020304"))
            .isZero();
        FakeNode.Request put = this.node.last("PUT");
        assertThat(put.body()).isEqualTo("port = 2112\n");
        assertThat(put.query()).isEqualTo("message=more%26less&number=7");
        assertThat(put.headers()).containsEntry("Content-type", "application/toml")
            .containsEntry("Muster-author", "alice@host")
            .containsEntry("If-match", "\"6-01020304\"")
            .containsEntry("Content-length", "12")
            .containsKey("Idempotency-key");
        assertThat(this.node.requests().get(1).query()).startsWith("until=received&timeout=");
        assertThat(this.node.requests().get(1).headers()).doesNotContainKey("Last-event-id");
        assertThat(this.node.last("GET").query()).startsWith("until=acted&timeout=");
        assertThat(this.node.last("GET").headers()).containsEntry("Last-event-id", "f-9");
        assertThat(this.client.out().lines()).containsExactly("redis.prod 7-3f9a1c02 accepted by alice@host",
                "  a  unchanged  pid 12", "  b  restarted  pid 12", "  c  away  pid 12");
        assertThat(this.client.err()).contains("no longer set by this: timeout, a.b", "Kept for later.",
                "waits for members that are away: c");
    }

    @Test
    void theAuthorIsWhoeverRunsIt() {
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("empty"));
        assertThat(this.client.run("config apply redis.prod")).isZero();
        assertThat(this.node.last("PUT").headers().get("Muster-author"))
            .startsWith(System.getProperty("user.name") + "@");
        assertThat(this.node.last("PUT").query()).isEmpty();
    }

    @Test
    void whatIsAppliedAlreadyIsASuccess() {
        this.node.on(PUT, 200, taken("already", 2, "")).events(EVENTS, result("spreading", member("a", "unchanged")));
        assertThat(this.client.run("config apply redis.prod 7")).isZero();
        assertThat(this.client.out()).contains("is applied already");
    }

    @Test
    void aFileIsReadAndAWordOfDigitsIsANumber() throws IOException {
        Path file = Files.writeString(this.directory.resolve("redis.toml"), "port = 1\n");
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("empty"));
        assertThat(this.client.run("config apply redis.prod " + file)).isZero();
        assertThat(this.node.last("PUT").body()).isEqualTo("port = 1\n");
        assertThat(this.client.run("config apply redis.prod 12 " + file)).isZero();
        assertThat(this.node.last("PUT").query()).isEqualTo("number=12");
        assertThat(this.client.run("config apply redis.prod -")).isZero();
        assertThat(this.node.last("PUT").body()).isEqualTo("port = 2112\n");
        assertThat(this.client.run("config apply redis.prod ./7")).isEqualTo(2);
        assertThat(this.client.err()).contains("no file ./7");
    }

    @Test
    void onATerminalItSaysThatItReads() {
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("empty"));
        this.client.onTerminal();
        assertThat(this.client.run("config apply redis.prod")).isZero();
        assertThat(this.client.err()).contains("reading TOML for redis.prod from the terminal");
    }

    @Test
    void whatIsTooLargeIsNotSent() {
        this.client.input("#".repeat(LayerInput.MAX_BYTES + 1));
        assertThat(this.client.run("config apply redis.prod")).isEqualTo(7);
        assertThat(this.client.err()).contains("65536");
        assertThat(this.node.requests()).isEmpty();
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("empty"));
        this.client.input("#".repeat(LayerInput.MAX_BYTES));
        assertThat(this.client.run("config apply redis.prod")).isZero();
    }

    @Test
    void oneCopyOnlyIsIncomplete() {
        this.node.on(PUT, 201, taken("accepted", 1, "")).events(EVENTS, result("spreading", member("a", "restarted")));
        assertThat(this.client.run("config apply redis.prod")).isEqualTo(8);
        assertThat(this.client.err()).contains("one copy only", "muster config status redis.prod 7-3f9a1c02");
    }

    @Test
    void membersOfOneNameAreToldApart() {
        String first = member("vm", "restarted");
        String second = member("vm", "restarted").replace("id-vm", "id-other").replace("12", "13");
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("spreading", first, second));
        assertThat(this.client.run("config apply redis.prod")).isZero();
        assertThat(this.client.out().lines().filter((line) -> line.startsWith("  vm")))
            .containsExactly("  vm  restarted  pid 12", "  vm  restarted  pid 13");
    }

    @Test
    void whatIsNotThereAtOnceIsToldStepByStep() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .stallBehind(EVENTS, step("", member("a", "received")), step("f-1", member("b", "waiting")));
        CompletableFuture<Integer> code = CompletableFuture
            .supplyAsync(() -> this.client.run("config apply redis.prod --timeout 5m"));
        Awaitility.await().until(() -> this.client.out().contains("  b  waiting"));
        assertThat(this.client.out()).contains("  a  received");
        this.client.interrupt();
        assertThat(code.join()).isEqualTo(130);
    }

    @Test
    void whatWasReceivedByAllStaysASuccessWhenAnotherOneFollows() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, result("spreading", member("a", "received")))
            .events(EVENTS, result("superseded", member("a", "restarted")));
        assertThat(this.client.run("config apply redis.prod")).isZero();
    }

    @Test
    void whatIsNotReceivedInTimeGoesOn() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, result("spreading", member("a", "received"), member("b", "waiting")));
        assertThat(this.client.run("config apply redis.prod --timeout 300ms")).isEqualTo(9);
        assertThat(this.client.err())
            .contains("still open: b (waiting)", "stands and goes on",
                    "muster config status redis.prod 7-3f9a1c02 --root " + this.directory)
            .hasLineCount(1);
    }

    @Test
    void aSupersededChangeIsAConflict() {
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("superseded", member("a", "waiting")));
        assertThat(this.client.run("config apply redis.prod")).isEqualTo(6);
        assertThat(this.client.err()).contains(
                "was superseded: 8-aabbccdd by bob@host of 2026-11-22T10:00:01Z is current now",
                "muster config status redis.prod 8-aabbccdd --root");
    }

    @Test
    void waitingIsForTheTop() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, step("", member("a", "restarted")), step("f-1", member("b", "stopped")),
                    step("f-2", member("a", "healthy")),
                    result("converged", member("a", "healthy"), member("b", "stopped")));
        assertThat(this.client.run("config apply redis.prod --wait")).isZero();
        assertThat(this.node.last("GET").query()).startsWith("until=top&timeout=");
        assertThat(this.client.out()).containsPattern("  a  healthy  pid 12  \\d+\\.\\d s\n")
            .containsPattern("  b  stopped  pid 12  \\d+\\.\\d s\n");
    }

    @Test
    void aConnectionThatEndsIsMadeAgainAndGoesOnWhereItWas() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, step("", member("a", "received")), step("f-4", member("b", "received")))
            .hangUpOn(EVENTS)
            .on(EVENTS, 503, "{\"type\":\"urn:muster:problem:unavailable\",\"detail\":\"Too many.\"}")
            .events(EVENTS, step("f-5", member("b", "healthy")),
                    result("converged", member("a", "healthy"), member("b", "healthy")));
        assertThat(this.client.run("config apply redis.prod --wait")).isZero();
        assertThat(this.node.requests().subList(2, 5)).extracting((request) -> request.headers().get("Last-event-id"))
            .containsExactly("f-4", "f-4", "f-4");
        assertThat(this.client.err()).isEmpty();
    }

    @Test
    void aNodeThatNoLongerAnswersIsNotThereAndTheChangeStands() {
        this.node.on(PUT, 201, taken("accepted", 2, "")).hangUpOn(EVENTS);
        assertThat(this.client.run("config apply redis.prod --wait --timeout 500ms")).isEqualTo(3);
        assertThat(this.client.err()).contains("No node answers",
                "7-3f9a1c02 of redis.prod stands and goes on; watch it with: muster config status",
                "Any other member of the ring tells of it, too: muster config status redis.prod 7-3f9a1c02 --watch"
                        + " --remote-sup HOST:PORT");
    }

    @Test
    void whoTellsOfAChangeInsteadOfALostNodeIsNamed() {
        String known = member("b", "received").replace("\"pid\"", "\"control\":\"10.0.0.2:9632\",\"pid\"");
        String other = member("c", "received").replace("\"pid\"", "\"control\":\"10.0.0.3:9632\",\"pid\"");
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, step("", member("a", "received")), step("", known), step("f-1", other))
            .hangUpOn(EVENTS);
        assertThat(this.client.run("config apply redis.prod --wait --timeout 500ms")).isEqualTo(3);
        assertThat(this.client.err()).contains("--remote-sup 10.0.0.2:9632 (or 10.0.0.3:9632)");
    }

    @Test
    void jsonLinesAreOneObjectForEveryStepAndTheResult() {
        this.node.on(PUT, 201, taken("accepted", 2, ",\"vanished\":[]"))
            .events(EVENTS, step("", member("a", "received")), step("f-1", member("b", "away")),
                    step("f-2", member("a", "healthy")), FakeNode.event("f-3", "left", member("b", "away")),
                    result("converged", member("a", "healthy")));
        assertThat(this.client.run("config apply redis.prod --wait --format json")).isZero();
        List<Json> lines = this.client.out().lines().map(Json::parse).toList();
        assertThat(lines).extracting((line) -> line.text("event") + " " + line.text("name") + " " + line.text("state"))
            .containsExactly("accepted  ", "member a received", "member b away", "member a healthy", "left b away",
                    "result  converged");
        Json result = lines.get(5);
        assertThat(result.text("id")).isEqualTo("7-3f9a1c02");
        assertThat(result.text("exit")).isEqualTo("0");
        assertThat(result.get("members").elements()).hasSize(1);
    }

    @Test
    void theResultIsTheLastLineAlsoWhenItIsNotWhatWasAskedFor() {
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("failed", member("a", "failed")));
        assertThat(this.client.run("config apply redis.prod --wait --format json")).isEqualTo(1);
        Json result = this.client.out().lines().map(Json::parse).reduce((a, b) -> b).orElseThrow();
        assertThat(result.text("event")).isEqualTo("result");
        assertThat(result.text("exit")).isEqualTo("1");
        assertThat(Json.parse(this.client.err()).text("type")).endsWith("failed");
    }

    @Test
    void aLostChangeIsToldWithWhatToDoAboutIt() {
        this.node.on(PUT, 201, taken("accepted", 2, "")).events(EVENTS, result("lost", member("a", "waiting")));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(6);
        assertThat(this.client.err()).contains("is lost: 8-aabbccdd by bob@host of 2026-11-22T10:00:01Z",
                "muster config diff redis.prod 7-3f9a1c02 --root",
                "muster config rollback redis.prod 7-3f9a1c02 --root");
    }

    @Test
    void whatWaitsIsNamedWithItsReasonWhenTheTimeIsUp() {
        String waiting = member("b", "waiting").replace("\"reason\":null", "\"reason\":\"for bind db:pg.prod\"");
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, result("spreading", member("a", "healthy"), waiting));
        assertThat(this.client.run("config apply redis.prod --wait --timeout 1")).isEqualTo(9);
        assertThat(this.client.err()).contains("after 1.0 s", "still open: b (waiting: for bind db:pg.prod)",
                "stands and goes on");
    }

    @Test
    void aTerminalShowsOneLineForEachMember() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, step("", member("a", "received")), step("f-1", member("b", "received")),
                    result("converged", member("a", "healthy"), member("b", "healthy")));
        this.client.screen(80, 24);
        assertThat(this.client.run("config apply redis.prod --wait")).isZero();
        assertThat(this.client.out()).contains("\033[32mhealthy").endsWith("\033[J\033[?7h");
        this.client.input("port = 2112");
        assertThat(this.client.run("config apply redis.prod --wait --no-color")).isZero();
        assertThat(this.client.out()).contains("healthy").doesNotContain("\033[32m");
        this.client.input("port = 2112").environment(Map.of("NO_COLOR", "1"));
        assertThat(this.client.run("config apply redis.prod --wait")).isZero();
        assertThat(this.client.out()).doesNotContain("\033[32m");
    }

    @Test
    void waitingFailsWithAMember() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, result("spreading", member("a", "failed"), member("b", "healthy"), member("c", "away")));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(1);
        assertThat(this.client.err()).contains("failed on a");
        this.client.input("port = 2112");
        assertThat(this.client.run("config apply redis.prod")).isZero();
    }

    @Test
    void waitingIsIncompleteWhileMembersAreAway() {
        this.node.on(PUT, 201, taken("accepted", 2, ""))
            .events(EVENTS, result("spreading", member("a", "healthy"), member("b", "away")));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(8);
        assertThat(this.client.err()).contains("away: b");
        this.client.input("port = 2112");
        assertThat(this.client.run("config apply redis.prod --wait --ignore-away")).isZero();
    }

    @Test
    void nobodyToWaitForIsIncomplete() {
        this.node.on(PUT, 201, taken("accepted", 2, ",\"note\":\"nobody runs redis.prod; known: redis.dev\""))
            .events(EVENTS, result("empty"));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(8);
        this.client.input("port = 2112");
        assertThat(this.client.run("config apply redis.prod")).isZero();
        assertThat(this.client.err()).contains("known: redis.dev");
    }

    @Test
    void jsonIsOneObject() {
        this.node.on(PUT, 201, taken("accepted", 2, ",\"vanished\":[]"))
            .events(EVENTS, result("spreading", member("a", "received")));
        assertThat(this.client.run("config apply redis.prod --format json")).isZero();
        Json json = Json.parse(this.client.out());
        assertThat(json.text("id")).isEqualTo("7-3f9a1c02");
        assertThat(json.text("applied")).isEqualTo("accepted");
        assertThat(json.get("members").elements()).hasSize(1);
        assertThat(this.client.err()).isEmpty();
    }

    @Test
    void aRefusalIsToldAndNothingIsFollowed() {
        this.node.on(PUT, 400,
                "{\"type\":\"urn:muster:problem:invalid-syntax\",\"detail\":\"No value\",\"line\":1,\"column\":8}");
        assertThat(this.client.run("config apply redis.prod")).isEqualTo(7);
        assertThat(this.client.err()).isEqualToIgnoringNewLines("muster: No value (line 1, column 8)");
        assertThat(this.node.requests()).hasSize(1);
    }

    @Test
    void anUnknownOutcomeCanBeAskedForAgain() {
        this.node.hangUpOn(PUT);
        assertThat(this.client.run("config apply redis.prod --request-id mine")).isEqualTo(11);
        assertThat(this.client.err()).contains("--request-id mine");
        assertThat(this.node.requests()).hasSize(1);
        assertThat(this.node.last("PUT").headers()).containsEntry("Idempotency-key", "mine");
        assertThat(this.client.run("config apply redis.prod")).isEqualTo(11);
        assertThat(this.client.err())
            .contains("--request-id " + this.node.last("PUT").headers().get("Idempotency-key"));
    }

    @Test
    void anInterruptionEndsTheCommandAndNotTheChange() throws Exception {
        this.node.on(PUT, 201, taken("accepted", 2, "")).stallOn(EVENTS);
        CompletableFuture<Integer> code = CompletableFuture
            .supplyAsync(() -> this.client.run("config apply redis.prod --timeout 5m"));
        Awaitility.await().until(() -> this.node.requests().size() == 2);
        this.client.interrupt();
        assertThat(code.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(130);
        assertThat(this.client.err()).contains("7-3f9a1c02 of redis.prod stands and goes on",
                "muster config status redis.prod 7-3f9a1c02");
    }

    @Test
    void anInputThatCannotBeReadSendsNothing() {
        this.client.input(new InputStream() {

            @Override
            public int read() throws IOException {
                throw new IOException("Broken");
            }

        });
        assertThat(this.client.run("config apply redis.prod")).isEqualTo(2);
        assertThat(this.client.err()).contains("standard input", "Broken");
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void anAuthorHasToBeOne() {
        for (String author : List.of("", "a".repeat(129))) {
            assertThat(this.client.run("config apply redis.prod --author=" + author)).isEqualTo(2);
        }
        assertThat(this.node.requests()).isEmpty();
    }

}
