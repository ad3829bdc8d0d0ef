package dev.muster.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three Redis of a group with a leader on three hosts, of which the leader's loses its
 * cable: its Redis is stopped, one of the others is written to, and when the cable is
 * back, it follows.
 */
class CutLeaderTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** From the cut to the next leader's Redis. */
    private static final Duration BUDGET = Duration.ofSeconds(8);

    /** Where other tests run beside it. */
    private static final Duration BUSY = Duration.ofSeconds(20);

    private static final List<Integer> ALL = List.of(1, 2, 3);

    @TempDir
    Path directory;

    @Test
    void aLeaderThatIsCutOffIsStoppedBeforeAnotherOneLeadsAndFollowsWhenItIsBack() throws Exception {
        try (Hosts hosts = new Hosts(ALL.size(), this.directory)) {
            startAll(hosts);
            Cut cut = cutTheLeaderOff(hosts);
            System.out.println(cut);
            assertThat(cut.stopped).isLessThan(cut.taken);
            assertThat(cut.taken).isLessThan(BUSY.toMillis());
        }
    }

    @Tag("soak")
    @Test
    void theBudgetHoldsTimeAndAgain() throws Exception {
        List<Cut> cuts = new ArrayList<>();
        try (Hosts hosts = new Hosts(ALL.size(), this.directory)) {
            startAll(hosts);
            for (int i = 0; i < 7; i++) {
                cuts.add(cutTheLeaderOff(hosts));
            }
        }
        cuts.forEach(System.out::println);
        assertThat(cuts).allMatch((cut) -> cut.stopped < 4_000 && cut.taken < BUDGET.toMillis());
    }

    private void startAll(Hosts hosts) throws Exception {
        for (int host : ALL) {
            List<String> options = new ArrayList<>(List.of("--allow-root-services"));
            ALL.forEach((peer) -> options.addAll(List.of("--peer", hosts.address(peer))));
            hosts.start(host, options.toArray(String[]::new));
        }
        for (int host : ALL) {
            await().atMost(SOON).untilAsserted(() -> assertThat(hosts.printed(host)).contains("Ready: ring "));
            Hosts.Result loaded = hosts.muster(host, "svc", "load", "core/redis", "--group=prod", "--topology=leader");
            assertThat(loaded.code()).as(loaded.text()).isZero();
        }
        await().atMost(SOON).until(() -> leader(hosts).filter((one) -> followers(hosts, one)).isPresent());
    }

    private Cut cutTheLeaderOff(Hosts hosts) throws Exception {
        int first = leader(hosts).orElseThrow();
        assertThat(redis(hosts, first, "SET colour " + first).orElseThrow()).startsWith("+OK");
        await().atMost(SOON).until(() -> ALL.stream().allMatch((host) -> has(hosts, host, first)));
        ProcessHandle process = ProcessHandle
            .of(Long.parseLong(Files.readString(hosts.root(first).resolve("svc/redis/PID")).strip()))
            .orElseThrow();
        long begin = System.nanoTime();
        hosts.cut(first);
        long stopped = -1;
        Optional<Integer> second = Optional.empty();
        while ((stopped < 0 || second.isEmpty()) && since(begin) < SOON.toMillis()) {
            second = others(first).stream().filter((host) -> leads(hosts, host)).findFirst();
            boolean acts = process.isAlive();
            assertThat(acts && second.isPresent()).as("the old one acts beside the new one").isFalse();
            if (!acts && stopped < 0) {
                stopped = since(begin);
            }
        }
        long taken = since(begin);
        int next = second.orElseThrow(() -> new AssertionError("Nobody leads: " + hosts.printed(others(first).get(0))));
        assertThat(has(hosts, next, first)).as("what was replicated is kept").isTrue();
        assertThat(leads(hosts, first)).isFalse();
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(hosts.muster(first, "election", "status", "redis.prod").text())
                .contains("status   no-quorum, waiting for a majority of its voters: 1 of 3 are there"));

        assertThat(redis(hosts, next, "SET colour back").orElseThrow()).startsWith("+OK");
        long healed = System.nanoTime();
        hosts.heal(first);
        await().atMost(SOON)
            .pollInterval(Duration.ofMillis(50))
            .until(() -> followers(hosts, next)
                    && ALL.stream().allMatch((host) -> redis(hosts, host, "GET colour").orElse("").contains("back")));
        return new Cut(stopped, taken, since(healed));
    }

    private static long since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private static List<Integer> others(int host) {
        return IntStream.rangeClosed(1, ALL.size()).filter((other) -> other != host).boxed().toList();
    }

    private static Optional<Integer> leader(Hosts hosts) {
        return ALL.stream().filter((host) -> leads(hosts, host)).findFirst();
    }

    private static boolean leads(Hosts hosts, int host) {
        return redis(hosts, host, "INFO replication").filter((text) -> text.contains("role:master")).isPresent();
    }

    /** Whether all others are in touch with it. */
    private static boolean followers(Hosts hosts, int leader) {
        return others(leader).stream()
            .allMatch((host) -> redis(hosts, host, "INFO replication")
                .filter((text) -> text.contains("role:slave") && text.contains("master_host:" + hosts.address(leader))
                        && text.contains("master_link_status:up"))
                .isPresent());
    }

    private static boolean has(Hosts hosts, int host, int colour) {
        return redis(hosts, host, "GET colour").filter((text) -> text.contains("\r\n" + colour + "\r\n")).isPresent();
    }

    /** Asked on its own host; empty when nobody answers. */
    private static Optional<String> redis(Hosts hosts, int host, String command) {
        try {
            Hosts.Result result = hosts.on(host, "timeout", "2", "bash", "-c", "exec 3<>/dev/tcp/" + hosts.address(host)
                    + "/6379 && printf '%s\\r\\nQUIT\\r\\n' \"$0\" >&3" + " && cat <&3", command);
            return (result.code() == 0) ? Optional.of(result.text()) : Optional.empty();
        }
        catch (Exception ex) {
            throw new AssertionError(ex);
        }
    }

    /**
     * How long it took, in milliseconds.
     *
     * @param stopped from the cut until the old leader's Redis was gone
     * @param taken from the cut until another one was written to
     * @param followed from the heal until all replicated that one
     */
    private record Cut(long stopped, long taken, long followed) {
    }

}
