package dev.muster.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import dev.muster.pack.PackageIdent;
import dev.muster.service.ServiceSpec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What the control gateway of a real node says of its services, and does to them. */
class ServiceGatewayTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestNodes nodes;

    private static Node node;

    private static Node other;

    private static ConfigurableApplicationContext gateways;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        for (String name : List.of("talker", "passing", "steady")) {
            nodes.pack(name, Map.of("default.toml", "port = 1\n[limits]\nmemory = 2\nfiles = 3\n", "hooks/run",
                    "#!/bin/sh\nn=0\nwhile :; do n=$((n + 1)); echo \"line $n\"; echo oops >&2; sleep 0.2; done\n",
                    "hooks/init", "#!/bin/sh\necho prepared\n", "hooks/health-check",
                    "#!/bin/sh\necho looking\necho 'not so good'\nexit 1\n"));
        }
        node = nodes.start(1);
        other = nodes.start(2, 1);
        gateways = Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl());
        load("talker");
        await().atMost(SOON).until(() -> node.services().status("talker").pid().isPresent());
    }

    @AfterAll
    static void end() {
        gateways.close();
        nodes.close();
    }

    private static void load(String name) {
        node.localServices().load(ServiceSpec.of(PackageIdent.parse("test/" + name)).withGroup("prod"), false);
    }

    private static HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create("http://" + node.options().ctl() + "/v1" + path))
            .header("Authorization", "Bearer " + node.root().controlSecret())
            .timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> get(String path, String accept) throws IOException, InterruptedException {
        return HTTP.send(request(path).header("Accept", accept).build(), BodyHandlers.ofString());
    }

    private static JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path, "application/json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static HttpResponse<String> change(String name, String body) throws IOException, InterruptedException {
        return HTTP.send(request("/services/" + name + "/changes").header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(), BodyHandlers.ofString());
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.get("type").asString()).isEqualTo("urn:muster:problem:" + type);
        return body;
    }

    @Test
    void onlyWhatIsNamedChangesAndNullIsTheUsualValueAgain() throws Exception {
        long pid = node.services().status("talker").pid().orElseThrow();
        HttpResponse<String> first = change("talker",
                "{\"shutdown_timeout\": 3, \"hook_timeouts\": {\"init\": \"5m\", \"check\": 2.5}}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        JsonNode spec = JSON.readTree(first.body()).get("spec");
        assertThat(spec.get("group").asString()).isEqualTo("prod");
        assertThat(spec.get("shutdown_timeout").asInt()).isEqualTo(3);
        assertThat(spec.get("hook_timeouts").toString()).isEqualTo("{\"check\":2.5,\"init\":300}");
        change("talker", "{\"hook_timeouts\": {\"init\": null, \"reconfigure\": 7}}");
        JsonNode second = JSON.readTree(change("talker", "{\"shutdown_timeout\": null}").body()).get("spec");
        assertThat(second.has("shutdown_timeout")).isFalse();
        assertThat(second.get("hook_timeouts").toString()).isEqualTo("{\"check\":2.5,\"reconfigure\":7}");
        assertThat(change("talker", "{\"hook_timeouts\": null}").statusCode()).isEqualTo(200);
        assertThat(json("/services/talker").get("spec").has("hook_timeouts")).isFalse();
        assertThat(Files.readString(node.root().layout().specs().resolve("talker.spec"))).doesNotContain("timeout");
        assertThat(node.services().status("talker").pid()).hasValue(pid);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            talker  | {}                                  | 400 | bad-request  | Nothing is to be changed
            talker  | {"colour": "red"}                   | 400 | bad-request  | colour
            talker  | nonsense                            | 400 | bad-request  |
            talker  | {"ident": "test/sleeper"}           | 400 | invalid-name | --force
            talker  | {"group": "a b"}                    | 400 | invalid-name | a b
            talker  | {"group": 7}                        | 400 | invalid-name | group = 7
            talker  | {"shutdown_timeout": -1}            | 400 | invalid-name | negative
            talker  | {"shutdown_timeout": "long"}        | 400 | invalid-name | shutdown_timeout = long
            talker  | {"health_check_interval": 0}        | 400 | invalid-name | longer than zero
            talker  | {"hook_timeouts": {"inti": 1}}      | 400 | invalid-name | inti
            talker  | {"hook_timeouts": {"run": 1}}       | 400 | invalid-name | run
            talker  | {"hook_timeouts": 1}                | 400 | invalid-name | table
            nothing | {"group": "prod"}                   | 404 | not-found    | nothing
            nothing | {"channel": "x"}                    | 404 | not-found    | nothing
            """)
    void whatCannotBeChangedIsRefusedAndLeavesTheSpecAsItIs(String name, String body, int status, String type,
            String detail) throws Exception {
        ServiceSpec before = node.services().status("talker").spec();
        JsonNode problem = problem(change(name, body), status, type);
        if (detail != null) {
            assertThat(problem.get("detail").asString()).contains(detail);
        }
        assertThat(node.services().status("talker").spec()).isEqualTo(before);
    }

    @Test
    void theLastLinesAreToldWithTimeAndSource() throws Exception {
        await().atMost(SOON).until(() -> node.services().lines("talker").tail(30).size() == 30);
        JsonNode lines = json("/services/talker/logs?lines=10000");
        assertThat(lines.findValuesAsString("text")).contains("prepared", "line 2", "oops");
        JsonNode hook = lines.valueStream()
            .filter((line) -> line.get("text").asString().equals("prepared"))
            .findFirst()
            .orElseThrow();
        assertThat(hook.get("stream").asString()).isEqualTo("HK");
        assertThat(hook.get("hook").asString()).isEqualTo("init");
        assertThat(hook.get("time").asString()).endsWith("Z");
        assertThat(json("/services/talker/logs?lines=3").size()).isEqualTo(3);
        HttpResponse<String> text = get("/services/talker/logs?lines=10000", "text/plain");
        assertThat(text.body()).containsPattern("\\d\\dZ HK\\[init\\] prepared\n")
            .containsPattern("\\d\\dZ O line 2\n")
            .containsPattern("\\d\\dZ E oops\n");
        assertThat(text.headers().firstValue("Content-Type")).contains("text/plain;charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(strings = { "lines=0", "lines=10001", "lines=-1", "lines=x", "follow=yes", "lines=0&follow=true",
            "lines=99999999999" })
    void whatIsNoNumberOfLinesIsRefused(String query) throws Exception {
        problem(get("/services/talker/logs?" + query, "application/json"), 400, "bad-request");
        problem(get("/services/nothing/logs?lines=1", "application/json"), 404, "not-found");
        problem(get("/services/nothing/logs?lines=1", "text/plain"), 404, "not-found");
        problem(get("/services/nothing/logs?follow=true", "text/event-stream"), 404, "not-found");
    }

    private static HttpResponse<Stream<String>> follow(String name) throws IOException, InterruptedException {
        return HTTP.send(request("/services/" + name + "/logs?lines=2&follow=true").build(), BodyHandlers.ofLines());
    }

    @Test
    void whoFollowsReadsOnUntilTheServiceIsUnloaded() throws Exception {
        load("passing");
        await().atMost(SOON).until(() -> node.services().lines("passing").tail(3).size() == 3);
        HttpResponse<Stream<String>> following = follow("passing");
        assertThat(following.headers().firstValue("Content-Type")).contains("text/event-stream");
        List<String> heard = new ArrayList<>();
        CompletableFuture<Void> all = CompletableFuture.runAsync(() -> following.body()
            .filter((line) -> line.startsWith("data:") || line.startsWith("event:"))
            .forEach((line) -> {
                heard.add(line);
                if (heard.size() == 6) {
                    node.localServices().unload("passing", Optional.empty());
                }
            }));
        all.get(30, TimeUnit.SECONDS);
        assertThat(heard).hasSizeGreaterThan(6).first().asString().startsWith("data:{\"time\":\"");
        assertThat(heard.subList(heard.size() - 2, heard.size())).containsExactly("event:ended",
                "data:{\"reason\":\"unloaded\"}");
    }

    @Test
    void noMoreFollowThanMayAndOnesThatVanishMakeRoom() throws Exception {
        load("steady");
        await().atMost(SOON).until(() -> node.services().lines("steady").tail(3).size() == 3);
        Set<Thread> before = LogFollowerThreads.living();
        List<InputStream> readers = new ArrayList<>();
        while (readers.size() < 50) {
            HttpResponse<InputStream> next = HTTP.send(request("/services/steady/logs?follow=true").build(),
                    BodyHandlers.ofInputStream());
            assertThat(next.statusCode()).isEqualTo(200);
            readers.add(next.body());
        }
        assertThat(
                problem(get("/services/steady/logs?follow=true", "text/event-stream"), 503, "unavailable").get("detail")
                    .asString())
            .contains("50");
        for (InputStream reader : readers) {
            reader.close();
        }
        await().atMost(SOON).until(() -> before.containsAll(LogFollowerThreads.living()));
        HttpResponse<Stream<String>> again = follow("steady");
        assertThat(again.statusCode()).isEqualTo(200);
        again.body().close();
        node.localServices().unload("steady", Optional.empty());
    }

    @Test
    void healthIsToldWithTimeReasonAndOutput() throws Exception {
        await().atMost(SOON).until(() -> json("/services/talker").get("healthChecked").isString());
        JsonNode service = json("/services/talker");
        assertThat(service.get("health").asString()).isEqualTo("Warning");
        assertThat(service.get("healthSince").asString()).endsWith("Z");
        assertThat(service.get("healthOutput").asString()).contains("looking", "not so good");
        assertThat(service.get("group").asString()).isEqualTo("talker.prod");
        assertThat(service.get("lastExit").isNull()).isTrue();
        assertThat(json("/services").findValues("healthOutput")).isEmpty();
    }

    @Test
    void theEffectiveConfigurationIsExplainedValueByValue() throws Exception {
        Path user = node.root().layout().root().resolve("user/talker/config/user.toml");
        Files.createDirectories(user.getParent());
        Files.writeString(user, "[limits]\nfiles = 4\n");
        HttpResponse<String> applied = HTTP
            .send(request("/groups/talker.prod/config?number=7").header("Content-Type", "application/toml")
                .header("Muster-Author", "alice@desk")
                .PUT(BodyPublishers.ofString("port = 8\n"))
                .build(), BodyHandlers.ofString());
        String id = JSON.readTree(applied.body()).get("id").asString();
        await().atMost(SOON).until(() -> json("/groups/talker.prod/config").get("port").asInt() == 8);
        assertThat(json("/groups/talker.prod/config").toString())
            .isEqualTo("{\"port\":8,\"limits\":{\"memory\":2,\"files\":4}}");
        HttpResponse<String> toml = get("/groups/talker.prod/config?explain=true&member=m1", "application/toml");
        assertThat(toml.body()).startsWith("# talker.prod on m1, revision " + id + " by alice@desk of ")
            .containsPattern("port = 8 +# " + id + " by alice@desk of ")
            .containsPattern("limits.memory = 2 +# default.toml\n")
            .containsPattern("limits.files = 4 +# user.toml\n");
        assertThat(toml.headers().firstValue("ETag")).contains('"' + id + '"');
        assertThat(get("/groups/talker.prod/config", "application/toml").body()).contains("\nport = 8\n", "[limits]");
        JsonNode explained = json("/groups/talker.prod/config?explain=true&member=" + node.id());
        assertThat(explained.get("name").asString()).isEqualTo("m1");
        JsonNode port = explained.get("values").get(0);
        assertThat(port.get("key").asString()).isEqualTo("port");
        assertThat(port.get("layer").asString()).isEqualTo("applied");
        assertThat(port.get("revision").asString()).isEqualTo(id);
        assertThat(port.get("author").asString()).isEqualTo("alice@desk");

        Files.writeString(user, "limits = \n");
        assertThat(problem(get("/groups/talker.prod/config", "application/json"), 422, "invalid-config").get("detail")
            .asString()).contains("user.toml", "line 1");
        Files.delete(user);
    }

    @Test
    void whoDoesNotKnowAConfigurationNamesWhoDoes() throws Exception {
        other.localServices().load(ServiceSpec.of(PackageIdent.parse("test/sleeper")).withGroup("far"), false);
        String address = "--remote-sup " + nodes.address(2) + ":9632 (m2)";
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(
                    problem(get("/groups/sleeper.far/config", "application/json"), 404, "not-found").get("detail")
                        .asString())
                .isEqualTo("m1 does not run sleeper.far; ask with " + address));
        assertThat(
                problem(get("/groups/sleeper.far/config?member=m2", "application/toml"), 404, "not-found").get("detail")
                    .asString())
            .contains("m2", address);
        other.localServices().load(ServiceSpec.of(PackageIdent.parse("test/talker")).withGroup("prod"), false);
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(
                    problem(get("/groups/talker.prod/config?member=m2", "application/json"), 404, "not-found")
                        .get("detail")
                        .asString())
                .isEqualTo("The configuration of m2 is known to it alone; ask with " + address));
        other.localServices().unload("talker", Optional.empty());
        assertThat(
                problem(get("/groups/sleeper.far/config?member=m9", "application/json"), 404, "not-found").get("detail")
                    .asString())
            .contains("No member m9", address);
        assertThat(problem(get("/groups/sleeper.none/config", "application/json"), 404, "not-found").get("detail")
            .asString()).contains("neither does another member");
        problem(get("/groups/sleeper/config", "application/json"), 400, "invalid-name");
        problem(get("/groups/talker.prod/config?explain=perhaps", "application/json"), 400, "bad-request");
    }

}
