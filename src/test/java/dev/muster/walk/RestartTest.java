package dev.muster.walk;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.muster.walk.Walk.Outcome;
import dev.muster.walk.Walk.Redis;
import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Other processes for a node, the same ones for its services. */
class RestartTest {

    @TempDir
    Path directory;

    private static long node(Supervisor supervisor) throws IOException {
        return Long.parseLong(Files.readString(supervisor.root().resolve("sup/default/LOCK")).strip());
    }

    private static long awaitNodeOtherThan(Supervisor supervisor, long before) {
        await().atMost(Walk.SOON)
            .ignoreExceptions()
            .until(() -> node(supervisor) != before
                    && Files.exists(supervisor.root().resolve("sup/default/CTL_ADDRESS")));
        try {
            return node(supervisor);
        }
        catch (IOException ex) {
            throw new AssertionError(ex);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theNodeIsAnotherProcessTheServiceIsTheSameAndWhatWasStartedStaysInCharge() throws Exception {
        try (Walk walk = new Walk(this.directory)) {
            Supervisor a = walk.supervisor(1, "core/redis", "--group", "prod");
            Redis redis = a.redis(6379);
            a.muster("", "svc", "update", "redis", "--shutdown-timeout", "7").succeeds();
            assertThat(node(a)).isEqualTo(a.pid());

            Outcome restarted = a.muster("", "sup", "restart").succeeds();
            long second = node(a);
            assertThat(second).isNotEqualTo(a.pid());
            assertThat(restarted.out()).contains("m1 was restarted: process " + a.pid() + " became " + second);
            assertThat(restarted.err()).contains("waiting for the new process");
            assertThat(a.redis(6379)).isEqualTo(redis);
            assertThat(Files.readString(a.root().resolve("sup/default/specs/redis.spec")))
                .contains("shutdown_timeout = 7");
            assertThat(ProcessHandle.of(second).flatMap(ProcessHandle::parent).map(ProcessHandle::pid))
                .contains(a.pid());

            // A hang-up of what was started means the node, too.
            signal("HUP", a.pid());
            long third = awaitNodeOtherThan(a, second);
            assertThat(ProcessHandle.of(second)).isEmpty();
            assertThat(a.redis(6379)).isEqualTo(redis);

            // Killed, it takes the node with it at once, and another start finds all
            // free.
            a.kill();
            await().atMost(Duration.ofSeconds(5)).until(() -> ProcessHandle.of(third).isEmpty());
            assertThat(a.redis(6379)).isEqualTo(redis);
            a.start();
            a.awaitReady();
            a.muster("", "sup", "restart").succeeds();
            long last = node(a);
            assertThat(a.redis(6379)).isEqualTo(redis);

            Process follower = follow(a);
            await().atMost(Walk.SOON).until(() -> Files.size(this.directory.resolve("follower.txt")) > 0);
            Outcome ended = a.muster("", "sup", "term").succeeds();
            assertThat(ended.out()).contains("(process " + last + ")");
            assertThat(ended.err()).contains("told to stop");
            assertThat(follower.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(follower.exitValue()).isEqualTo(3);
            assertThat(Files.readString(this.directory.resolve("follower.txt"))).contains("Redis is now ready to exit",
                    "The node stops, so nothing more of redis is to be read");
            assertThat(a.end()).isZero();
            assertThat(ProcessHandle.of(redis.pid())).isEmpty();
            assertThat(ProcessHandle.of(last)).isEmpty();
        }
    }

    private Process follow(Supervisor supervisor) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("muster.distribution")).resolve("muster").toString(),
                "svc", "logs", "-f", "redis", "--root", supervisor.root().toString())
            .redirectErrorStream(true)
            .redirectOutput(this.directory.resolve("follower.txt").toFile())
            .start();
    }

    private static void signal(String name, long process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-s", name, Long.toString(process)).start().waitFor()).isZero();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anInterruptionReachesWhoeverHasTakenTheNodesPlace() throws Exception {
        try (Walk walk = new Walk(this.directory)) {
            Supervisor a = walk.supervisor(1, "core/redis");
            Redis redis = a.redis(6379);
            a.muster("", "sup", "restart").succeeds();
            signal("INT", a.pid());
            assertThat(a.awaitEnd()).isZero();
            assertThat(ProcessHandle.of(redis.pid())).isEmpty();
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void belowAServiceManagerTheProcessEndsToBeStartedAgain() throws Exception {
        try (Walk walk = new Walk(this.directory)) {
            Supervisor a = walk.managedSupervisor(1, "core/redis");
            Redis redis = a.redis(6379);
            String url = "http://" + a.ip() + ":9632/v1/node/restart";
            HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Authorization",
                    "Bearer " + Files.readString(a.root().resolve("sup/default/CTL_SECRET")).strip());
            assertThat(connection.getResponseCode()).isEqualTo(202);
            assertThat(a.awaitEnd()).isEqualTo(75);
            assertThat(a.redis(6379)).isEqualTo(redis);
            a.start();
            a.awaitReady();
            assertThat(a.redis(6379)).isEqualTo(redis);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theUnitFileIsOneThatSystemdTakes() throws Exception {
        Path analyze = Path.of("/usr/bin/systemd-analyze");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isExecutable(analyze), "systemd-analyze is not here");
        Path distribution = Path.of(System.getProperty("muster.distribution"));
        String unit = Files.readString(distribution.resolve("config/muster.service"));
        assertThat(unit).contains("KillMode=process\n", "RestartForceExitStatus=75\n", "MUSTER_RESTART=exit\n");
        Path copy = this.directory.resolve("muster.service");
        Files.writeString(copy, unit.replace("/opt/muster", distribution.toString()));
        Process verify = new ProcessBuilder(analyze.toString(), "verify", copy.toString()).redirectErrorStream(true)
            .start();
        String said = new String(verify.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(verify.waitFor()).as(said).isZero();
        assertThat(said.lines().filter((line) -> line.contains("muster.service"))).isEmpty();
    }

}
