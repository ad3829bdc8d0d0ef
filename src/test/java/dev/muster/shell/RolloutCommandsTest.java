package dev.muster.shell;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RolloutCommandsTest extends ClientTest {

    private static final String PUT = "PUT /v1/groups/redis.prod/config";

    private static final String EVENTS = "GET /v1/groups/redis.prod/revisions/7-3f9a1c02/events";

    private static final String TAKEN = "{\"id\":\"7-3f9a1c02\",\"author\":\"alice\",\"applied\":\"accepted\",\"copies\":2}";

    @BeforeEach
    void input() {
        this.client.input("port = 2112\n");
    }

    private static String line(String state, String reason, String author) {
        return "{\"state\":\"" + state + "\",\"reason\":\"" + reason + "\",\"author\":\"" + author
                + "\",\"strategy\":\"rolling\",\"way\":\"1 at a time\",\"onFailure\":\"rollback\",\"done\":1,\"members\":2";
    }

    private static String rollout(String state, String reason, String author) {
        return FakeNode.event("f-1", "rollout", line(state, reason, author) + "}");
    }

    private static String member(String name, String state, String reason) {
        return "{\"id\":\"id-" + name + "\",\"name\":\"" + name + "\",\"state\":\"" + state + "\",\"reason\":\""
                + reason + "\",\"received\":true,\"pid\":12}";
    }

    private static String result(String state, String rest, String... members) {
        return FakeNode.event("f-9", "result", "{\"id\":\"7-3f9a1c02\",\"state\":\"" + state + "\",\"current\":"
                + !state.equals("rolled-back") + ",\"members\":[" + String.join(",", members) + "]" + rest + "}");
    }

    @Test
    void theWayAChangeIsTakenIsSentWithIt() {
        this.node.on(PUT, 201, TAKEN).events(EVENTS, result("empty", ""));
        assertThat(this.client.run("config apply redis.prod --strategy canary --max-unavailable 25% --canary rack=a"
                + " --settle 3s --deadline 2m --on-failure rollback"))
            .isZero();
        assertThat(this.node.last("PUT").query()).isEqualTo(
                "strategy=canary&max-unavailable=25%25&canary=rack%3Da&settle=3s&deadline=2m&on-failure=rollback");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --strategy none                         | strategies of svc load, for new packages
            --strategy blue-green                   | at-once, rolling or canary
            --max-unavailable 0                     | max-unavailable
            --max-unavailable 101%                  | max-unavailable
            --canary =b                             | canary
            --strategy rolling --canary 1           | canary goes with strategy canary
            --strategy at-once --canary 1           | canary goes with strategy canary
            --strategy at-once --max-unavailable 2  | ask for strategy rolling or canary too
            --settle soon                           | settle
            --deadline 1h                           | deadline
            --on-failure explode                    | rollback, pause or none
            """)
    void whatCannotBeMeantIsNotSent(String options, String told) {
        assertThat(this.client.run("config apply redis.prod " + options)).isEqualTo(2);
        assertThat(this.client.err()).contains("--", told);
        assertThat(this.client.run("group policy redis.prod " + options)).isEqualTo(2);
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void whatIsRolledBackHasFailedAndNamesWhatHoldsAgain() {
        this.node.on(PUT, 201, TAKEN)
            .events(EVENTS, rollout("running", "", ""),
                    FakeNode.event("f-2", "member", member("a", "failed", "exited with 1")),
                    rollout("failed", "a failed", ""),
                    result("rolled-back",
                            ",\"rolledBack\":{\"id\":\"8-aabbccdd\",\"number\":8,\"to\":\"6-01020304\"},\"holds\":{\"id\":\"8-aabbccdd\"}",
                            member("a", "waiting", "")));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(1);
        assertThat(this.client.err()).contains(
                "redis.prod 7-3f9a1c02 failed on a (exited with 1) and was rolled back to that of 6-01020304 by 8-aabbccdd",
                "muster config status redis.prod 8-aabbccdd --root");
        assertThat(this.client.out()).contains("  rollout: a failed; it is taken back");
    }

    @Test
    void aPausedRolloutSaysWhyAndHowToGoOnAndIsWaitedFor() {
        this.node.on(PUT, 201, TAKEN)
            .events(EVENTS, FakeNode.event("", "member", member("a", "healthy", "")),
                    FakeNode.event("f-1", "member", member("b", "waiting", "the rollout is paused")),
                    rollout("paused", "backup", "bob"),
                    result("spreading", ",\"rollout\":" + line("paused", "backup", "bob") + "}",
                            member("a", "healthy", ""), member("b", "waiting", "the rollout is paused")));
        assertThat(this.client.run("config apply redis.prod --wait --timeout 1")).isEqualTo(9);
        assertThat(this.client.out()).contains("  rollout: paused by bob: backup",
                "    to go on: muster rollout resume redis.prod --root " + this.directory,
                "    to take it back: muster config rollback redis.prod");
        assertThat(this.client.err()).contains("still open: b (waiting: the rollout is paused)",
                "paused by bob: backup; to go on: muster rollout resume redis.prod");
    }

    @Test
    void aRolloutThatAFailureHasPausedIsNotWaitedFor() {
        this.node.on(PUT, 201, TAKEN)
            .events(EVENTS, FakeNode.event("", "member", member("a", "failed", "exited with 1")),
                    FakeNode.event("f-1", "member", member("b", "waiting", "the rollout is paused")),
                    rollout("paused", "a failed: exited with 1", ""),
                    result("failed", ",\"rollout\":" + line("paused", "a failed: exited with 1", "") + "}",
                            member("a", "failed", "exited with 1"), member("b", "waiting", "the rollout is paused")));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(1);
        String where = "redis.prod --root " + this.directory;
        assertThat(this.client.err()).contains("7-3f9a1c02 failed on a (exited with 1), and the rollout is paused",
                "muster rollout skip redis.prod a --root " + this.directory, "muster rollout resume " + where,
                "muster rollout abort " + where, "muster config rollback " + where);
    }

    @Test
    void aRolloutThatSilenceHasPausedIsNotWaitedFor() {
        String silence = "no member came further within 5m";
        this.node.on(PUT, 201, TAKEN)
            .events(EVENTS, FakeNode.event("", "member", member("b", "waiting", "the rollout is paused")),
                    rollout("paused", silence, ""),
                    result("spreading", ",\"rollout\":" + line("paused", silence, "") + "}",
                            member("b", "waiting", "the rollout is paused")));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(1);
        assertThat(this.client.err()).contains("goes no further", silence, "muster rollout resume redis.prod");
    }

    @Test
    void canariesThatAreDoneSayHowToPromote() {
        this.node.on(PUT, 201, TAKEN)
            .events(EVENTS, rollout("awaits-promotion", "", ""),
                    result("converged", ",\"rollout\":" + line("complete", "", "") + "}", member("a", "healthy", "")));
        this.client.screen(100, 24);
        assertThat(this.client.run("config apply redis.prod --strategy canary --wait")).isZero();
        assertThat(this.client.out()).contains("rollout: complete, 1 at a time");
        this.client.input("port = 1").run("config apply redis.prod --wait --format json");
        assertThat(this.client.out().lines().map(Json::parse).map((line) -> line.text("event")))
            .containsExactly("accepted", "rollout", "member", "rollout", "result");
    }

    @Test
    void anAbortedRolloutIsNotWaitedFor() {
        this.node.on(PUT, 201, TAKEN)
            .stallBehind(EVENTS, FakeNode.event("", "member", member("b", "waiting", "aborted")),
                    rollout("aborted", "", "bob"));
        assertThat(this.client.run("config apply redis.prod --wait")).isEqualTo(1);
        assertThat(this.client.err()).contains("the rollout is aborted by bob", "muster config rollback redis.prod");
    }

    @Test
    void aRolloutIsShownInTheOrderOfItsTurns() {
        this.node.on("GET /v1/groups/redis.prod/rollout", 200, line("awaits-promotion", "", "")
                + ",\"group\":\"redis.prod\",\"revision\":\"7-3f9a1c02\",\"places\":[{\"turn\":1,\"id\":\"x\",\"name\":\"a\",\"state\":\"done\",\"skipped\":false,\"reason\":null},"
                + "{\"turn\":null,\"id\":\"y\",\"name\":\"b\",\"state\":\"waiting\",\"skipped\":true,\"reason\":\"waits for a\"}]}");
        assertThat(this.client.run("rollout status redis.prod")).isZero();
        assertThat(this.client.out()).contains("strategy    rolling, 1 at a time", "(1 of 2 done)",
                "  1     a       done", "  -     b       waiting (skipped)  waits for a",
                "to go on: muster rollout promote redis.prod --root " + this.directory);
        assertThat(this.client.run("rollout status redis.none")).isEqualTo(5);
    }

    @Test
    void whoWaitsForOneThatIsAwayIsToldHowToGoOnWithoutIt() {
        String away = "{\"turn\":1,\"id\":\"x\",\"name\":\"a\",\"state\":\"away\",\"skipped\":SKIPPED,\"reason\":null}";
        String waiting = "{\"turn\":2,\"id\":\"y\",\"name\":\"b\",\"state\":\"waiting\",\"skipped\":false,\"reason\":\"fewer than half\"}";
        String start = line("running", "", "") + ",\"group\":\"redis.prod\",\"revision\":\"7-3f9a1c02\",\"places\":[";
        this.node.on("GET /v1/groups/redis.prod/rollout", 200,
                start + away.replace("SKIPPED", "false") + "," + waiting + "]}");
        assertThat(this.client.run("rollout status redis.prod")).isZero();
        String hint = "to go on without a: muster rollout skip redis.prod --root " + this.directory + " a";
        assertThat(this.client.out()).contains(hint);
        this.node.on("GET /v1/groups/redis.dev/rollout", 200,
                start + away.replace("SKIPPED", "true") + "," + waiting + "]}");
        this.client.run("rollout status redis.dev");
        assertThat(this.client.out()).doesNotContain("without");
        this.node.on("GET /v1/groups/redis.qa/rollout", 200, start + away.replace("SKIPPED", "false") + "," + waiting
                + "," + waiting.replace("waiting", "under-way") + "]}");
        this.client.run("rollout status redis.qa");
        assertThat(this.client.out()).as("somebody moves").doesNotContain("without");
        this.node.on("GET /v1/groups/redis.old/rollout", 200,
                start.replace("running", "paused") + away.replace("SKIPPED", "false") + "," + waiting + "]}");
        this.client.run("rollout status redis.old");
        assertThat(this.client.out()).contains("to go on without a: muster rollout skip redis.old",
                "to go on: muster rollout resume redis.old");
    }

    @Test
    void aRolloutIsSteered() {
        for (String verb : List.of("pause", "resume", "promote", "skip", "abort")) {
            this.node.on("POST /v1/groups/redis.prod/rollout/" + verb, 200,
                    line("running", "", "") + ",\"revision\":\"7-3f9a1c02\"}");
        }
        assertThat(this.client.run("rollout pause redis.prod -m more&less --author bob")).isZero();
        assertThat(this.node.last("POST").query()).isEqualTo("reason=more%26less");
        assertThat(this.node.last("POST").headers()).containsEntry("Muster-author", "bob")
            .containsKey("Idempotency-key");
        assertThat(this.client.run("rollout skip redis.prod b")).isZero();
        assertThat(this.node.last("POST").query()).isEqualTo("member=b");
        for (String verb : List.of("resume", "promote", "abort")) {
            assertThat(this.client.run("rollout " + verb + " redis.prod")).isZero();
            assertThat(this.node.last("POST").path()).endsWith("/rollout/" + verb);
        }
        assertThat(this.client.out()).contains("redis.prod 7-3f9a1c02", "  rollout: running, 1 at a time");
        this.node.on("POST /v1/groups/redis.dev/rollout/resume", 409,
                "{\"type\":\"urn:muster:problem:conflict\",\"detail\":\"The rollout of 7-x is not paused\"}");
        assertThat(this.client.run("rollout resume redis.dev")).isEqualTo(6);
        assertThat(this.client.run("rollout skip redis.prod")).isEqualTo(2);
    }

    @Test
    void aGroupsPolicyIsShownSetAndForgotten() {
        String policy = "{\"group\":\"redis.prod\",\"policy\":{\"strategy\":\"rolling\",\"max-unavailable\":\"25%\"}}";
        this.node.on("GET /v1/groups/redis.prod/policy", 200, policy)
            .on("PUT /v1/groups/redis.prod/policy", 200, policy);
        assertThat(this.client.run("group policy redis.prod")).isZero();
        assertThat(this.client.out()).contains("strategy         rolling", "max-unavailable  25%",
                "deadline         -");
        assertThat(this.client.run("group policy redis.prod --strategy rolling --max-unavailable 25%")).isZero();
        assertThat(this.node.last("PUT").body()).isEqualTo("{\"strategy\":\"rolling\",\"max-unavailable\":\"25%\"}");
        assertThat(this.client.run("group policy redis.prod --reset")).isZero();
        assertThat(this.node.last("PUT").body()).isEqualTo("{}");
        assertThat(this.client.run("group policy redis.prod --reset --settle 1")).isEqualTo(2);
    }

}
