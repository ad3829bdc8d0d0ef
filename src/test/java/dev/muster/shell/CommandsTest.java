package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import dev.muster.store.RootDirectory;
import dev.muster.store.RootLayout;

import static org.assertj.core.api.Assertions.assertThat;

class CommandsTest extends ClientTest {

    private static final String REDIS = """
            {"name":"redis","group":"redis.prod","ident":"core/redis","desired":"up","state":"up","pid":123,
            "since":"2026-11-22T10:00:00Z","elapsed":12,"revision":"1-3f9a1c02","health":"Ok","user":"root",
            "reason":null,"topology":"standalone"}""";

    private static final String NODE = """
            {"memberId":"0123456789abcdef0123456789abcdef","name":"a","ring":"default","version":"0.1.0","ready":%s,
            "notReady":[%s],"gossip":"127.0.0.2:9638","ctl":"127.0.0.2:9632","http":"127.0.0.2:9631",
            "peersGiven":true,"root":"/r","peers":[{"peer":"sups:9638","from":"/etc/peers:2","reached":false,
            "result":"10.0.0.2:9638 Connection refused"}]}""";

    private static final String RING = """
            {"ring":"default","members":[{"id":"0123456789abcdef0123456789abcdef","name":"a","address":"127.0.0.2:9638",
            "self":true,"incarnation":3}]}""";

    @Test
    void aNodeThatDepartsItselfHasLeftWhenItAnswersNoLonger() {
        String departed = "{\"id\":\"%s\",\"name\":\"a\",\"present\":true,\"already\":false,\"oneCopy\":false}";
        String self = "0123456789abcdef0123456789abcdef";
        this.node.on("GET /v1/node", 200, NODE.formatted("true", ""))
            .on("POST /v1/ring/members/a/depart", 200, departed.formatted(self))
            .on("POST /v1/ring/members/b/depart", 200, departed.formatted("b".repeat(32)))
            .on("GET /v1/ring", 200, RING)
            .hangUpOn("GET /v1/ring");
        assertThat(this.client.run("sup depart a --wait")).isZero();
        assertThat(this.client.out()).contains("a has left the ring");
        this.node.on("GET /v1/ring", 200, RING.replace(self, "b".repeat(32))).hangUpOn("GET /v1/ring");
        assertThat(this.client.run("sup depart b --wait")).as("nobody knows").isEqualTo(3);
    }

    @Test
    void servicesAreShownInATable() {
        this.node.on("GET /v1/services", 200, "[" + REDIS + "]");
        assertThat(this.client.run("svc status")).isZero();
        assertThat(this.client.out()).startsWith("package     type        desired  state  elapsed (s)  pid  group")
            .contains("core/redis  standalone  up       up     12           123  redis.prod  1-3f9a1c02  Ok      root");
        assertThat(this.client.err()).isEmpty();
    }

    @Test
    void oneServiceIsAskedForByPackageOrName() {
        this.node.on("GET /v1/services/redis", 200, REDIS);
        assertThat(this.client.run("svc status core/redis/6.2.11")).isZero();
        assertThat(this.client.run("svc status redis")).isZero();
        assertThat(this.client.out()).contains("redis.prod");
        assertThat(this.client.run("svc status nginx")).isEqualTo(5);
    }

    @Test
    void jsonIsWhatTheNodeSaid() {
        this.node.on("GET /v1/services", 200, "[" + REDIS + "]");
        assertThat(this.client.run("svc status --format json")).isZero();
        assertThat(this.client.out().strip()).isEqualTo("[" + REDIS + "]");
    }

    @Test
    void noServicesAreSaidToBeNone() {
        this.node.on("GET /v1/services", 200, "[]");
        assertThat(this.client.run("svc status")).isZero();
        assertThat(this.client.out()).isEqualToIgnoringNewLines("No services loaded.");
    }

    @Test
    void loadingSendsWhatWasGivenAndNothingElse() {
        this.node.on("PUT /v1/services/redis", 201, REDIS);
        assertThat(this.client.run("svc load core/redis")).isZero();
        assertThat(this.client.out()).isEqualToIgnoringNewLines("core/redis loaded as redis.prod");
        FakeNode.Request request = this.node.last("PUT");
        assertThat(request.body()).isEqualTo("{\"ident\":\"core/redis\"}");
        assertThat(request.query()).isEmpty();
        assertThat(request.headers()).containsEntry("Content-type", "application/json")
            .containsEntry("Content-length", Integer.toString(request.body().length()))
            .containsKey("Idempotency-key");
        assertThat(this.client
            .run("svc load --group=prod core/redis --topology leader -s at-once --bind a:b.c --bind d:e.f"
                    + " --binding-mode relaxed --shutdown-timeout 1500ms -i 2m --config-from /d --force"))
            .isZero();
        assertThat(this.node.last("PUT").query()).isEqualTo("force=true");
        assertThat(this.node.last("PUT").body()).isEqualTo("{\"ident\":\"core/redis\",\"group\":\"prod\","
                + "\"topology\":\"leader\",\"update_strategy\":\"at-once\",\"binding_mode\":\"relaxed\","
                + "\"binds\":[\"a:b.c\",\"d:e.f\"],\"config_from\":\"/d\",\"shutdown_timeout\":2,"
                + "\"health_check_interval\":{\"secs\":120,\"nanos\":0}}");
    }

    @Test
    void loadingWhatIsLoadedIsASuccess() {
        this.node.on("PUT /v1/services/redis", 200, REDIS);
        assertThat(this.client.run("svc load core/redis")).isZero();
        assertThat(this.client.out()).contains("is loaded already");
    }

    @Test
    void loadingCanWaitUntilItIsUp() {
        this.node.on("PUT /v1/services/redis", 201, REDIS.replace("\"state\":\"up\"", "\"state\":\"starting\""))
            .on("GET /v1/services/redis", 200, REDIS.replace("\"state\":\"up\"", "\"state\":\"starting\""))
            .on("GET /v1/services/redis", 200, REDIS);
        assertThat(this.client.run("svc load core/redis --wait")).isZero();
        assertThat(this.client.out()).contains("up with PID 123");
    }

    @Test
    void waitingForAServiceEnds() {
        String backoff = REDIS.replace("\"state\":\"up\"", "\"state\":\"backoff\"")
            .replace("\"reason\":null", "\"reason\":\"exited with 1\"");
        this.node.on("PUT /v1/services/redis", 201, backoff).on("GET /v1/services/redis", 200, backoff);
        assertThat(this.client.run("svc load core/redis --wait --timeout 0")).isEqualTo(9);
        assertThat(this.client.err()).contains("backoff (exited with 1)", "muster svc status redis --root");
    }

    @Test
    void servicesAreStoppedStartedAndUnloaded() {
        String stopping = "{\"name\":\"redis\",\"state\":\"stopping\"}";
        this.node.on("POST /v1/services/redis/stop", 202, stopping)
            .on("POST /v1/services/redis/start", 200, "")
            .on("DELETE /v1/services/redis", 202, stopping);
        assertThat(this.client.run("svc stop core/redis --shutdown-timeout 5")).isZero();
        assertThat(this.client.out()).contains("redis is to be down, it is stopping now");
        assertThat(this.node.last("POST").query()).isEqualTo("shutdown-timeout=5");
        assertThat(this.client.run("svc start redis")).isZero();
        assertThat(this.client.out()).contains("redis is to be up");
        assertThat(this.client.run("svc unload redis --format json")).isZero();
        assertThat(this.client.out().strip()).isEqualTo(stopping);
        assertThat(this.node.requests()).extracting((request) -> request.headers().get("Idempotency-key"))
            .doesNotContainNull()
            .doesNotHaveDuplicates();
    }

    @Test
    void aNodeIsShownWithItsRing() {
        this.node.on("GET /v1/node", 200, NODE.formatted("true", ""))
            .on("GET /v1/ring", 200, RING)
            .on("GET /v1/elections", 200, "[]");
        assertThat(this.client.run("sup status")).isZero();
        assertThat(this.client.out()).contains("name          a", "ready         yes",
                "ring          default, 1 member",
                "peer          sups:9638: 10.0.0.2:9638 Connection refused, from /etc/peers:2",
                "0123456789abcdef0123456789abcdef  a     127.0.0.2:9638  3            (this node)");
        assertThat(this.client.err()).contains("was given peers and sees none");
        assertThat(this.client.run("sup status --format json")).isZero();
        Json json = Json.parse(this.client.out());
        assertThat(json.text("memberId")).isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(json.get("members").elements()).hasSize(1);
    }

    @Test
    void bindsAndWarningsOfAServiceAreShown() {
        String detail = REDIS.replace("}", ",\"warnings\":[\"groups wait for each other: a binds b\"]}");
        this.node.on("GET /v1/services", 200, "[" + detail + "]")
            .on("GET /v1/services/redis", 200, detail.substring(0, detail.length() - 1)
                    + """
                            ,"binds":[{"name":"database","group":"db.prod","members":2,"kept":false,"reason":""},
                            {"name":"cache","group":"redis.dev","members":0,"kept":true,"reason":"redis.dev has no member"}]}""")
            .on("PUT /v1/services/redis", 201, detail);
        assertThat(this.client.run("svc status")).isZero();
        assertThat(this.client.err()).isEqualTo("muster: redis: groups wait for each other: a binds b\n");
        assertThat(this.client.run("svc status redis")).isZero();
        assertThat(this.client.out()).contains("bind       database to db.prod: 2 running",
                "bind       cache to redis.dev: redis.dev has no member, its last data is kept");
        assertThat(this.client.run("svc load core/redis")).isZero();
        assertThat(this.client.err()).contains("muster: redis: groups wait for each other");
    }

    @Test
    void readinessIsAnExitCode() {
        this.node.on("GET /v1/node", 200, NODE.formatted("false", "\"no peer seen yet\",\"store not read\""))
            .on("GET /v1/node", 200, NODE.formatted("true", ""));
        assertThat(this.client.run("sup status --ready")).isEqualTo(8);
        assertThat(this.client.err()).contains("no peer seen yet; store not read").hasLineCount(1);
        assertThat(this.client.run("sup status --ready")).isZero();
    }

    @Test
    void thereIsNothingToTerminateWithoutANode() {
        assertThat(this.client.run("sup term")).isEqualTo(3);
        assertThat(this.client.err()).contains(this.directory.toString());
        assertThat(this.client.exactly("sup", "term", "--remote-sup", "a")).isEqualTo(4);
    }

    @Test
    void theNodeOfARootIsStoppedAndWaitedFor() throws Exception {
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), this.directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('!');
            assertThat(this.client.run("sup term --timeout 0")).isIn(0, 9);
            assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(this.client.run("sup term")).isEqualTo(3);
        }
        finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void theCurrentChangeIsShown() {
        String revision = "{\"id\":\"7-3f9a1c02\",\"group\":\"redis.prod\",\"author\":\"alice@host\",\"current\":true,"
                + "\"time\":\"2026-11-22T10:00:00Z\",\"message\":\"more\",\"state\":\"received\",\"members\":"
                + "[{\"id\":\"x\",\"name\":\"a\",\"state\":\"received\",\"reason\":null,\"pid\":7}]}";
        this.node.on("GET /v1/groups/redis.prod/revisions/current", 200, revision)
            .on("GET /v1/groups/redis.prod/revisions/6-00000000", 200, revision.replace("true", "false"));
        assertThat(this.client.run("config status redis.prod")).isZero();
        assertThat(this.client.out()).contains("  a       received  7", "revision  7-3f9a1c02", "author    alice@host",
                "message   more");
        assertThat(this.client.run("config status redis.prod 6-00000000")).isZero();
        assertThat(this.client.out()).contains("(not the current one)");
    }

    @Test
    void lostRevisionsOfAGroupAreNamedWithWhatToDo() {
        this.node.on("GET /v1/groups/redis.prod/revisions/current", 200,
                "{\"id\":\"7-3f9a1c02\",\"group\":\"redis.prod\",\"current\":true,\"members\":[],\"lost\":["
                        + "{\"id\":\"6-aabbccdd\",\"author\":\"bob@host\",\"time\":\"2026-11-22T10:00:00Z\",\"message\":\"more\"}]}");
        assertThat(this.client.run("config status redis.prod")).isZero();
        assertThat(this.client.out()).contains("Lost, because another change",
                "  6-aabbccdd  bob@host  2026-11-22T10:00:00Z  more", "muster config diff redis.prod 6-aabbccdd --root",
                "muster config rollback redis.prod 6-aabbccdd --root");
    }

    @Test
    void aStatusCanBeWatchedWithTheExitCodesOfWaiting() {
        String status = "{\"id\":\"7-3f9a1c02\",\"group\":\"redis.prod\",\"current\":true,\"members\":[%s]}";
        String healthy = "{\"id\":\"x\",\"name\":\"a\",\"state\":\"healthy\",\"received\":true}";
        String away = "{\"id\":\"y\",\"name\":\"b\",\"state\":\"away\",\"received\":false}";
        this.node.on("GET /v1/groups/redis.prod/revisions/current", 200, status.formatted(healthy))
            .events("GET /v1/groups/redis.prod/revisions/7-3f9a1c02/events",
                    FakeNode.event("", "result", status.formatted(healthy + "," + away)));
        assertThat(this.client.run("config status redis.prod --watch")).isEqualTo(8);
        assertThat(this.node.last("GET").query()).isEqualTo("until=top");
        assertThat(this.client.out()).contains("revision  7-3f9a1c02", "  a  healthy");
        assertThat(this.client.run("config status redis.prod --watch --ignore-away --timeout 3s")).isZero();
        assertThat(this.node.last("GET").query()).startsWith("until=top&timeout=");
        assertThat(this.client.run("config status redis.prod --timeout 3s")).isEqualTo(2);
    }

    @Test
    void theConfigurationOfAMemberIsShownAsItComes() {
        String toml = "# redis.prod on a\nport = 1   # default.toml\n";
        this.node.on("GET /v1/groups/redis.prod/config", 200, toml);
        assertThat(this.client.run("config show redis.prod --explain --member a")).isZero();
        assertThat(this.client.out()).isEqualTo(toml);
        assertThat(this.node.last("GET").query()).isEqualTo("explain=true&member=a");
        assertThat(this.node.last("GET").headers()).containsEntry("Accept",
                "application/toml, application/problem+json");
        assertThat(this.client.run("config show redis.prod --format json")).isZero();
        assertThat(this.node.last("GET").query()).isEqualTo("explain=false");
        assertThat(this.node.last("GET").headers()).containsEntry("Accept",
                "application/json, application/problem+json");
    }

    /** Holds a root in another process until that ends. */
    static final class Holder {

        private Holder() {
        }

        public static void main(String[] args) throws IOException, InterruptedException {
            RootDirectory.claim(new RootLayout(Path.of(args[0])), new SecureRandom());
            System.out.print('!');
            System.out.flush();
            Thread.currentThread().join();
        }

    }

    @Test
    void aCommandThatIsNotWholeIsToldWithoutTheValuesOfItsOptions() {
        assertThat(this.client.run("rollout")).isEqualTo(2);
        assertThat(this.client.err()).contains("muster rollout is not a whole command")
            .doesNotContain(this.directory.toString());
        assertThat(this.client.run("--format text rollout pase")).isEqualTo(2);
        assertThat(this.client.err()).contains("no command \"muster rollout pase\"", "muster rollout pause");
    }

}
