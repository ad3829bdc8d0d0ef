package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Services as commands change, load and show them. */
class ServiceCommandsTest extends ClientTest {

    private static final String REDIS = "{\"name\":\"redis\",\"group\":\"redis.prod\",\"state\":\"up\"}";

    @Test
    void anUpdateSendsWhatIsNamedAndNothingElse() {
        this.node.on("POST /v1/services/redis/changes", 200, REDIS);
        assertThat(this.client.environment(Map.of("HAB_BLDR_URL", "https://x")).run("svc update core/redis -i 5"))
            .isZero();
        assertThat(this.client.out()).isEqualToIgnoringNewLines("redis updated as redis.prod, it is up now");
        assertThat(this.node.last("POST").body()).isEqualTo("{\"health_check_interval\":{\"secs\":5,\"nanos\":0}}");
        assertThat(this.node.last("POST").headers()).containsKey("Idempotency-key")
            .containsEntry("Content-type", "application/json");
        assertThat(this.client.run("svc update redis --channel dev -u https://b --update-condition track-channel"
                + " --hook-timeout init=5m --hook-timeout check=2 --unset bind --unset shutdown_timeout"))
            .isZero();
        assertThat(this.node.last("POST").body())
            .isEqualTo("{\"update_condition\":\"track-channel\",\"channel\":\"dev\",\"bldr_url\":\"https://b\","
                    + "\"hook_timeouts\":{\"init\":\"5m\",\"check\":\"2\"},\"binds\":null,\"shutdown_timeout\":null}");
        assertThat(this.client.run("svc update nginx --group x")).isEqualTo(5);
    }

    @Test
    void loadingTakesTheBuilderFromTheEnvironmentUnlessItIsNamed() {
        this.node.on("PUT /v1/services/redis", 201, REDIS);
        this.client.environment(Map.of("HAB_BLDR_URL", "https://x"));
        this.client.run("svc load core/redis");
        assertThat(this.node.last("PUT").body()).isEqualTo("{\"ident\":\"core/redis\",\"bldr_url\":\"https://x\"}");
        this.client.run("svc load core/redis --url https://y");
        assertThat(this.node.last("PUT").body()).contains("https://y").doesNotContain("https://x");
    }

    @Test
    void oneServiceIsShownWithItsHealthAndItsLastEnd() {
        this.node.on("GET /v1/services/redis", 200, """
                {"name":"redis","group":"redis.prod","ident":"core/redis","state":"crash-looping","restarts":5,
                "health":"Critical","healthSince":"2026-11-22T10:00:00Z","healthChecked":"2026-11-22T10:00:30Z",
                "healthReason":"exited with 2","healthOutput":"asking\\nno answer\\n","healthErrors":"",
                "reason":"exited with 1","lastExit":{"pid":7,"code":1,"time":"2026-11-22T10:00:20Z",
                "text":"exited with 1"}}""");
        assertThat(this.client.run("svc status redis")).isZero();
        assertThat(this.client.out()).contains("crash-looping", "restarts   5\n",
                "last exit  exited with 1, process 7, at 2026-11-22T10:00:20Z\n",
                "health     Critical since 2026-11-22T10:00:00Z, checked at 2026-11-22T10:00:30Z: exited with 2\n",
                "it says    no answer\n");
    }

    @Test
    void whereNewReleasesComeFromAndWhatCameOfThatIsShown() {
        this.node.on("GET /v1/services/redis", 200, """
                {"name":"redis","group":"redis.prod","state":"up",
                "updates":{"strategy":"at-once","condition":"track-channel","source":"/srv/packages","channel":"dev",
                "asked":"2026-11-22T10:00:00Z","problem":"there is no /srv/packages/channels/dev.txt",
                "offered":"core/redis/8/20260101000000","next":"core/redis/9/20260101000000","note":"installs it",
                "refused":[{"release":"core/redis/7/20260101000000","reason":"exited with 3"}]}}""");
        assertThat(this.client.run("svc status redis")).isZero();
        assertThat(this.client.out()).contains("updates    at-once (track-channel) from channel dev of /srv/packages\n",
                "source     did not answer at 2026-11-22T10:00:00Z: there is no /srv/packages/channels/dev.txt\n",
                "offers     core/redis/8/20260101000000\n", "next       core/redis/9/20260101000000\n",
                "note       installs it\n", "refused    core/redis/7/20260101000000: exited with 3\n");
    }

    @Test
    void linesAreShownWithTimeAndSource() {
        this.node.on("GET /v1/services/redis/logs", 200, """
                [{"time":"2026-11-22T10:00:00Z","stream":"O","hook":null,"text":"Ready"},
                {"time":"2026-11-22T10:00:00.12Z","stream":"HK","hook":"init","text":"a  b"}]""");
        assertThat(this.client.run("svc logs core/redis -n 2")).isZero();
        assertThat(this.client.out())
            .isEqualTo("2026-11-22T10:00:00.000Z O Ready\n2026-11-22T10:00:00.120Z HK[init] a  b\n");
        assertThat(this.node.last("GET").query()).isEqualTo("lines=2");
        assertThat(this.client.run("svc logs redis --format json")).isZero();
        assertThat(this.client.out().lines()).hasSize(2)
            .allSatisfy((line) -> assertThat(Json.parse(line).text("time")).startsWith("2026-11-22T10"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            event:ended\\ndata:{"reason":"unloaded"}\\n\\n | 0 |
            event:ended\\ndata:{"reason":"stopping"}\\n\\n | 3 | The node stops
                                                           | 3 | is the node still running?
            """)
    void howFollowingEndedIsAnExitCode(String last, int exit, String said) {
        String events = """
                data:{"time":"2026-11-22T10:00:00Z","stream":"O","hook":null,"text":"one"}

                :here

                event:skipped
                data:{"lines":12}

                data:{"time":"2026-11-22T10:00:01Z","stream":"E","hook":null,"text":"two"}

                """ + ((last != null) ? last.replace("\\n", "\n") : "");
        this.node.on("GET /v1/services/redis/logs", 200, events);
        assertThat(this.client.run("svc logs redis -f")).isEqualTo(exit);
        assertThat(this.node.last("GET").query()).isEqualTo("lines=100&follow=true");
        assertThat(this.node.last("GET").headers().get("Accept")).startsWith("text/event-stream");
        assertThat(this.client.out()).isEqualTo("2026-11-22T10:00:00.000Z O one\n2026-11-22T10:00:01.000Z E two\n");
        assertThat(this.client.err()).contains("12 lines left out").contains((said != null) ? said : "");
        assertThat(this.client.run("svc logs redis -f --format json")).isEqualTo(exit);
        assertThat(this.client.out()).contains("{\"skipped\":12}\n");
    }

    @Test
    void followingEndsWithAnInterruption() throws Exception {
        this.node.stallOn("GET /v1/services/redis/logs");
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> this.client.run("svc logs redis -f"));
        Awaitility.await().until(() -> !this.node.requests().isEmpty());
        this.client.interrupt();
        assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(130);
        assertThat(this.client.run("svc logs nginx -f")).isEqualTo(5);
    }

    private Path file(String name, String text) throws IOException {
        Path file = this.directory.resolve("in").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void filesAndDirectoriesAreLoadedEachForItself() throws IOException {
        Path redis = file("a/redis.spec", "ident = \"core/redis\"\ngroup = \"prod\"\n[hook_timeouts]\ninit = 5\n");
        file("a/nginx.toml", "pkg_ident = \"core/nginx\"\nstrategy = \"at-once\"\nbind = [\"a:b.c\"]\n");
        file("a/notes.txt", "not this one");
        Path third = file("third.toml", "ident = \"core/third\"\n");
        this.node.on("PUT /v1/services/redis", 201, REDIS)
            .on("PUT /v1/services/nginx", 200, "{\"group\":\"nginx.default\"}")
            .on("PUT /v1/services/third", 404,
                    "{\"type\":\"urn:muster:problem:not-found\",\"detail\":\"No package core/third\"}");
        String line = "svc bulkload " + redis.getParent() + " " + third;
        assertThat(this.client.run(line + " --force")).isEqualTo(5);
        assertThat(this.client.out()).isEqualTo("""
                core/nginx is loaded already as nginx.default
                core/redis loaded as redis.prod
                core/third failed: No package core/third
                """);
        assertThat(this.client.err()).isEqualToIgnoringNewLines("muster: 1 of 3 services could not be loaded");
        assertThat(this.node.requests()).extracting(FakeNode.Request::query).containsOnly("force=true");
        assertThat(this.node.requests().get(0).body())
            .isEqualTo("{\"binds\":[\"a:b.c\"],\"ident\":\"core/nginx\",\"update_strategy\":\"at-once\"}");
        assertThat(this.client.run(line + " --format json")).isEqualTo(5);
        List<Json> outcomes = Json.parse(this.client.out()).elements();
        assertThat(outcomes).extracting((outcome) -> outcome.text("outcome"))
            .containsExactly("already", "loaded", "failed");
        assertThat(outcomes.get(2).get("problem").text("detail")).isEqualTo("No package core/third");
        assertThat(this.client.run("svc bulkload " + redis)).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ident = "core/x"\\ngroup = | 7 | bad.toml: line 2
            group = "prod"              | 7 | bad.toml: A spec needs an ident
            ident = "x"                 | 7 | bad.toml
            ident = 7                   | 7 | bad.toml: ident = 7
            ident = "core/x"\\ngroop = "a" | 7 | bad.toml: has the key groop
            ident = "core/x"\\npkg_ident = "core/x" | 7 | bad.toml: says ident twice
            ident = "other/good"        | 7 | bad.toml: loads good, as
            ident = "core/x"\\nshutdown_timeout = -1 | 7 | bad.toml: shutdown_timeout
            """)
    void oneBadFileIsNamedAndNothingIsSent(String text, int exit, String said) throws IOException {
        Path good = file("good.toml", "ident = \"core/good\"\n");
        Path bad = file("bad.toml", text.replace("\\n", "\n"));
        assertThat(this.client.run("svc bulkload " + good + " " + bad)).isEqualTo(exit);
        assertThat(this.client.err()).contains(said).hasLineCount(1);
        assertThat(this.client.out()).isEmpty();
        assertThat(this.node.requests()).isEmpty();
        Files.createDirectories(this.directory.resolve("empty"));
        assertThat(this.client.run("svc bulkload " + this.directory.resolve("empty"))).isEqualTo(2);
        assertThat(this.node.requests()).isEmpty();
    }

    @Test
    void aNodeThatRestartsIsWaitedForUntilAnotherOneAnswers() {
        String before = "{\"name\":\"a\",\"pid\":1,\"incarnation\":3,\"version\":\"1\"}";
        this.node.on("GET /v1/node", 200, before)
            .on("GET /v1/node", 200, before)
            .hangUpOn("GET /v1/node")
            .on("GET /v1/node", 200, "{\"name\":\"a\",\"pid\":2,\"incarnation\":4,\"version\":\"2\"}")
            .on("POST /v1/node/restart", 202, before);
        assertThat(this.client.run("sup restart")).isZero();
        assertThat(this.client.out()).isEqualToIgnoringNewLines("a was restarted: process 1 became 2, version 2");
        assertThat(this.client.run("sup restart --timeout 0")).isEqualTo(9);
    }

    @Test
    void aNodeThatRefusesToRestartSaysWhy() {
        this.node.on("GET /v1/node", 200, "{\"name\":\"a\",\"incarnation\":3}")
            .on("POST /v1/node/restart", 503,
                    "{\"type\":\"urn:muster:problem:unavailable\",\"detail\":\"No process could.\"}");
        assertThat(this.client.run("sup restart")).isEqualTo(1);
        assertThat(this.client.err()).isEqualToIgnoringNewLines("muster: No process could.");
    }

    @Test
    void aNodeElsewhereIsToldToStopAndWaitedFor() {
        this.node.on("POST /v1/node/stop", 202, "{\"name\":\"far\"}")
            .on("GET /v1/node", 200, "{}")
            .hangUpOn("GET /v1/node");
        this.client.environment(Map.of("HAB_CTL_SECRET", FakeNode.SECRET));
        assertThat(this.client.exactly("sup", "term", "--remote-sup", "127.0.0.1:" + this.node.port())).isZero();
        assertThat(this.client.out()).isEqualToIgnoringNewLines("The node far has stopped");
        assertThat(this.client.err()).contains("within their own grace times");
    }

}
