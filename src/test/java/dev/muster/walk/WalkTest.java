package dev.muster.walk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.muster.walk.Walk.Outcome;
import dev.muster.walk.Walk.Redis;
import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The page: two Supervisors, one group, one change; and what must be left alone. */
class WalkTest {

    @TempDir
    Path directory;

    @Test
    void oneApplyBringsBothRedisBackOnTheNewPortAndLeavesOthersAlone() throws Exception {
        try (Walk walk = new Walk(this.directory)) {
            Supervisor a = walk.supervisor(1);
            Supervisor b = walk.starting(2, "--peer", a.ip());
            Path peers = Files.writeString(this.directory.resolve("peers"), "# the first\n" + a.ip() + "\n");
            walk.install(3, "client");
            Supervisor other = walk.starting(3, "--peer-watch-file", peers.toString());
            Supervisor apart = walk.starting(4);
            List.of(b, other, apart).forEach(Supervisor::awaitReady);
            assertThat(a.printed()).contains("muster-sup(MR): Supervisor Member-ID " + a.memberId() + "\n",
                    "muster-sup(MR): Starting gossip-listener on " + a.ip() + ":9638\n",
                    "muster-sup(MR): Starting ctl-gateway on " + a.ip() + ":9632\n",
                    "muster-sup(MR): Starting http-gateway on " + a.ip() + ":9631\n",
                    "muster-sup(MR): Ready: ring default, ");
            await().atMost(Walk.SOON)
                .untilAsserted(() -> assertThat(a.muster("", "sup", "status").succeeds().out())
                    .contains("3 members", b.memberId(), other.memberId())
                    .doesNotContain(apart.memberId()));
            assertThat(other.muster("", "sup", "status").succeeds().out())
                .contains("peer          " + a.ip() + ":9638: answers, from " + peers + ":2");
            aConsumerWaits(other);
            a.load("prod");
            b.load("prod");
            other.load("dev");
            apart.load("prod");
            Redis redisA = a.redis(6379);
            Redis redisB = b.redis(6379);
            Redis redisOther = other.redis(6379);
            Redis redisApart = apart.redis(6379);
            await().atMost(Walk.SOON)
                .untilAsserted(() -> assertThat(a.muster("", "group", "list").out())
                    .containsPattern("redis\\.prod\\s+-\\s+2\\s+2"));

            Outcome applied = a.muster("port = 2112\n", "config", "apply", "redis.prod", "1").succeeds();
            assertThat(applied.out()).containsPattern("redis.prod 1-[0-9a-f]{8} accepted by ")
                .contains("m1  restarted", "m2  restarted")
                .doesNotContain("m3", "m4");
            assertThat(a.redis(2112).port()).isEqualTo(2112);
            assertThat(a.redis(2112).pid()).isNotEqualTo(redisA.pid());
            assertThat(b.redis(2112).pid()).isNotEqualTo(redisB.pid());
            assertThat(ProcessHandle.of(redisA.pid())).isEmpty();
            assertThat(ProcessHandle.of(redisB.pid())).isEmpty();
            assertThat(other.redis(6379)).isEqualTo(redisOther);
            assertThat(apart.redis(6379)).isEqualTo(redisApart);
            Outcome status = b.muster("", "svc", "status").succeeds();
            assertThat(status.out()).contains("redis.prod", Long.toString(b.redis(2112).pid()), "1-");
            b.muster("", "svc", "status", "redis", "--format", "json").succeeds();
            assertThat(b.printed()).contains("oldPid=" + redisB.pid() + " newPid=" + b.redis(2112).pid() + " reason=")
                .contains("redis.prod(O): ");

            theConsumerReaches(other, a.ip() + ":2112", b.ip() + ":2112");
            everyRefusalIsOneLineAndChangesNothing(walk, a, b);
            theCurlOfTheReadme(a);
            assertThat(a.end()).isZero();
            assertThat(Files.exists(a.root().resolve("sup/default/CTL_ADDRESS"))).isFalse();
            a.muster("", "svc", "status").fails(3);
        }
    }

    private static void aConsumerWaits(Supervisor node) throws Exception {
        assertThat(node.muster("", "svc", "load", "test/client").fails(7).err()).contains("needs the binds store",
                "--bind store:SERVICE.GROUP");
        assertThat(node.muster("", "svc", "load", "test/client", "--bind", "store:redis").fails(7).err())
            .contains("'redis' must be SERVICE.GROUP, as redis.default");
        node.muster("", "svc", "load", "test/client", "--bind", "store:redis.prod", "-i", "1").succeeds();
        await().atMost(Walk.SOON)
            .untilAsserted(() -> assertThat(node.muster("", "svc", "status", "client").succeeds().out())
                .contains("for bind store: redis.prod has no member"));
    }

    /** Its health check asks every Redis that it was told of. */
    private static void theConsumerReaches(Supervisor node, String... stores) {
        await().atMost(Walk.SOON)
            .untilAsserted(() -> assertThat(node.muster("", "svc", "status", "client", "--format", "json").out())
                .contains("\"satisfied\":true", "\"health\":\"Ok\"", "config file changed: stores.conf; by bind store")
                .contains(List.of(stores).stream().map((store) -> store + " says +PONG").toList()));
    }

    private void everyRefusalIsOneLineAndChangesNothing(Walk walk, Supervisor a, Supervisor b) throws Exception {
        String before = revision(a);
        assertThat(before).contains("1-");
        long pid = a.redis(2112).pid();
        assertThat(a.muster("", "svc", "load", "core/nothing").fails(5).err()).contains("core/nothing", "pkgs");
        assertThat(a.muster("port = 1", "config", "apply", "core/redis.prod").fails(7).err()).contains("redis.prod");
        assertThat(a.muster("port = \n", "config", "apply", "redis.prod").fails(7).err()).contains("line 1");
        assertThat(a.muster("# " + "x".repeat(70_000), "config", "apply", "redis.prod").fails(7).err())
            .contains("65536");
        assertThat(a.muster("port = 3", "config", "apply", "redis.prod", "1").fails(6).err()).contains("to get 2");
        assertThat(b.muster("port = 3", "config", "apply", "redis.prod", "1").fails(6).err()).contains("to get 2",
                "  - port = 2112", "  + port = 3");
        assertThat(a.muster("port = 3", "config", "apply", "redis.prod", "0").fails(7).err()).contains("0");
        assertThat(a.muster("", "config", "apply", "redis.prod").fails(7).err()).contains("--replace-with-empty");
        assertThat(a.muster("port = 3", "config", "apply", "redis.prod", "--groop", "x").fails(2).err())
            .contains("--groop");
        assertThat(a.muster("port = 3", "config", "apply", "redis.prod", "--if-revision", "9-00000000").fails(6).err())
            .contains("9-00000000");
        assertThat(walk
            .muster("", Map.of("HAB_CTL_SECRET", "wrong"), List.of("svc", "status", "--root", a.root().toString()))
            .fails(4)
            .err()).contains("secret");
        assertThat(
                walk.muster("", "svc", "status", "--root", walk.directory().resolve("none").toString()).fails(3).err())
            .contains("sup run");
        assertThat(walk.muster("", "sup", "run", "--root", walk.directory().resolve("x").toString(), "--listen-gossip",
                a.ip() + ":9638", "--listen-http", walk.address(9) + ":9631", "--listen-ctl", walk.address(9) + ":9632")
            .fails(6)
            .err()).contains(a.ip() + ":9638");
        assertThat(walk.muster("", "sup", "run", "--root", walk.directory().resolve("y").toString(), "--listen-gossip",
                walk.address(9) + ":9638", "--listen-http", a.ip() + ":9631", "--listen-ctl", walk.address(9) + ":9632")
            .fails(6)
            .err()).contains(a.ip() + ":9631");
        assertThat(walk
            .muster("", "sup", "run", "--root", a.root().toString(), "--listen-gossip", walk.address(9) + ":9638")
            .fails(6)
            .err()).contains(a.root().toString(), Long.toString(a.pid()));
        assertThat(
                walk.muster("", "sup", "run", "--root", "/proc/nothing", "--listen-gossip", walk.address(9) + ":9638")
                    .fails(1)
                    .err())
            .contains("/proc/nothing");
        assertThat(walk.muster("", "sup", "run", "--listen-gossip", "0.0.0.0").fails(2).err()).contains("--insecure");
        assertThat(revision(a)).isEqualTo(before);
        assertThat(revision(b)).isEqualTo(before);
        assertThat(a.redis(2112).pid()).isEqualTo(pid);
    }

    /** As it stands in the README, but for root and address. */
    private void theCurlOfTheReadme(Supervisor a) throws IOException, InterruptedException {
        String readme = Files.readString(Path.of("README.md"));
        String curl = readme.lines().filter((line) -> line.startsWith("curl -fsS -X PUT")).findFirst().orElseThrow();
        String here = curl.replace("ROOT", a.root().toString())
            .replace("127.0.0.1", a.ip())
            .replace("number=1", "number=2");
        Files.writeString(this.directory.resolve("redis.toml"), "port = 2113\n");
        Process process = new ProcessBuilder("sh", "-c", here).directory(this.directory.toFile())
            .redirectErrorStream(true)
            .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(answer).isZero();
        assertThat(answer).contains("\"number\":2", "\"applied\":\"accepted\"");
        assertThat(a.redis(2113).port()).isEqualTo(2113);
    }

    @Test
    void aKilledNodeLeavesItsServiceRunningTakesItBackAndWhatItAcceptedIsEverybodys() throws Exception {
        try (Walk walk = new Walk(this.directory)) {
            Supervisor a = walk.supervisor(1);
            a.load("prod");
            Redis redis = a.redis(6379);
            // Accepted and on disk, and nobody there to broadcast it to.
            a.muster("port = 2112\n", "config", "apply", "redis.prod", "1").succeeds();
            Redis changed = a.redis(2112);
            assertThat(changed.pid()).isNotEqualTo(redis.pid());
            a.kill();
            assertThat(a.redis(2112)).isEqualTo(changed);

            Supervisor b = walk.supervisor(2, "--peer", a.ip());
            b.load("prod");
            assertThat(b.muster("", "sup", "status", "--ready").exit()).isEqualTo(8);
            a.start();
            a.awaitReady();
            assertThat(b.redis(2112).port()).isEqualTo(2112);
            assertThat(a.redis(2112)).isEqualTo(changed);
            b.muster("", "sup", "status", "--ready").succeeds();
            await().atMost(Walk.SOON).untilAsserted(() -> assertThat(revision(a)).isNotBlank().isEqualTo(revision(b)));
        }
    }

    private static String revision(Supervisor supervisor) throws IOException, InterruptedException {
        return supervisor.muster("", "config", "status", "redis.prod")
            .out()
            .lines()
            .filter((line) -> line.startsWith("revision"))
            .findFirst()
            .orElse("");
    }

}
