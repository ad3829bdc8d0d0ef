package dev.muster.walk;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three Redis, of which one is written to and two replicate it, on three nodes: what
 * becomes of them when the leader's node, or its Redis, is killed, and when one departs.
 */
class LeaderTest {

    private static final int PORT = 6379;

    private static final Duration KILLED = Duration.ofSeconds(6);

    private static final int DEPARTED = 10;

    @TempDir
    Path directory;

    private final List<Supervisor> nodes = new ArrayList<>();

    @Test
    void aLeadersRedisIsStartedAgainWhereItWasAndAVoterThatDepartsIsTakenOff() throws Exception {
        try (Walk walk = new Walk(this.directory)) {
            startAll(walk);
            Supervisor leader = leader();
            theRedisOfTheLeaderIsKilled(leader);
            aVoterDeparts(leader);
        }
    }

    /** Its node starts it again, and nobody else takes its place. */
    private void theRedisOfTheLeaderIsKilled(Supervisor leader) throws Exception {
        long before = leader.redisPidOnDisk();
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        await().atMost(Walk.SOON).until(() -> leader.redisPidOnDisk() != before && isLeader(leader));
        assertThat(leader()).isSameAs(leader);
        await().atMost(Walk.SOON).until(() -> followers(leader).stream().allMatch(this::isFollower));
    }

    /** The leader takes it off the list, and the two that are left go on. */
    private void aVoterDeparts(Supervisor leader) throws Exception {
        Supervisor gone = followers(leader).get(0);
        String name = "m" + number(gone);
        assertThat(status(leader)).contains("  " + name + " ").doesNotContain("warning");
        leader.muster("", "sup", "depart", name).succeeds();
        assertThat(gone.awaitEnd()).isEqualTo(DEPARTED);
        await().atMost(Walk.SOON).untilAsserted(() -> assertThat(status(leader)).doesNotContain("  " + name + " "));
        assertThat(status(leader)).contains("status   finished", "warning  two voters");
        assertThat(leader()).isSameAs(leader);
    }

    private static String status(Supervisor node) throws Exception {
        return node.muster("", "election", "status", "redis.prod").succeeds().out();
    }

    /** Once is what the demo shows, and its test. */
    @Tag("soak")
    @Test
    void aLeadersNodeIsKilledTimeAndAgainAndTheBudgetHolds() throws Exception {
        List<Long> millis = new ArrayList<>();
        try (Walk walk = new Walk(this.directory)) {
            startAll(walk);
            for (int i = 0; i < 7; i++) {
                Supervisor first = leader();
                String colour = "green" + i;
                command(first, "SET", "colour", colour);
                await().atMost(Walk.SOON).until(() -> followers(first).stream().allMatch((node) -> has(node, colour)));
                millis.add(killAndAwaitAnother(first, first.redisPidOnDisk()).toMillis());
                Supervisor second = leader();
                assertThat(has(second, colour)).as("what had been replicated is kept").isTrue();
                first.start();
                first.awaitReady();
                await().atMost(Walk.SOON).until(() -> isFollower(first) && has(first, colour));
                assertThat(leader()).isSameAs(second);
                assertThat(status(first)).contains("status   finished", "leader   m" + number(second));
            }
        }
        millis.sort(null);
        System.out.println("milliseconds from the kill of the leader's node to the next one's Redis: " + millis);
        assertThat(millis).allMatch((took) -> took < KILLED.toMillis());
    }

    private void startAll(Walk walk) throws Exception {
        for (int i = 1; i <= 3; i++) {
            this.nodes.add(walk.starting(i, "--insecure", "--peer", walk.address(1), "--peer", walk.address(2),
                    "--peer", walk.address(3)));
        }
        for (Supervisor node : this.nodes) {
            node.awaitReady();
        }
        for (Supervisor node : this.nodes) {
            node.muster("", "svc", "load", "core/redis", "--group=prod", "--topology=leader").succeeds();
        }
        await().atMost(Walk.SOON)
            .until(() -> this.nodes.stream().filter(this::isLeader).count() == 1
                    && this.nodes.stream().filter(this::isFollower).count() == 2);
    }

    private Duration killAndAwaitAnother(Supervisor leader, long redis) throws Exception {
        long begin = System.nanoTime();
        leader.kill();
        await().atMost(Walk.SOON)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> followers(leader).stream().anyMatch(this::isLeader));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(ProcessHandle.of(redis).filter(ProcessHandle::isAlive)).as("the Redis of the killed node").isEmpty();
        return took;
    }

    private String number(Supervisor node) {
        return String.valueOf(this.nodes.indexOf(node) + 1);
    }

    private List<Supervisor> followers(Supervisor leader) {
        return this.nodes.stream().filter((node) -> node != leader).toList();
    }

    private Supervisor leader() {
        return this.nodes.stream().filter(this::isLeader).findFirst().orElseThrow();
    }

    private boolean isLeader(Supervisor node) {
        return ask(node, "INFO", "replication").filter((text) -> text.contains("role:master")).isPresent();
    }

    private boolean isFollower(Supervisor node) {
        return ask(node, "INFO", "replication")
            .filter((text) -> text.contains("role:slave") && text.contains("master_link_status:up"))
            .isPresent();
    }

    private boolean has(Supervisor node, String colour) {
        return ask(node, "GET", "colour").filter((text) -> text.contains(colour)).isPresent();
    }

    private void command(Supervisor node, String... words) {
        assertThat(ask(node, words)).hasValueSatisfying((answer) -> assertThat(answer).startsWith("+OK"));
    }

    /** Empty when nobody answers. */
    private static Optional<String> ask(Supervisor node, String... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(node.ip(), PORT), 500);
            socket.setSoTimeout(2_000);
            socket.getOutputStream()
                .write((String.join(" ", words) + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = socket.getInputStream()) {
                return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        catch (IOException ex) {
            return Optional.empty();
        }
    }

}
