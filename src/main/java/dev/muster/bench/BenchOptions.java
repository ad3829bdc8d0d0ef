package dev.muster.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.ring.RingConfig;
import dev.muster.shell.Arguments;
import dev.muster.shell.ArgvParser;
import dev.muster.shell.Programs;
import dev.muster.shell.UsageException;

/**
 * What to measure.
 *
 * @param members sizes of rings, one run for each, in this order
 * @param changes in each run
 * @param transport of messages between members
 * @param json whether results and errors are JSON
 */
record BenchOptions(List<Integer> members, int changes, RingConfig.Transport transport, boolean json) {

    private static final int MOST_CHANGES = 1_000_000;

    private static final Map<String, RingConfig.Transport> TRANSPORTS = Map.of("tcp", RingConfig.Transport.TCP,
            "loopback", RingConfig.Transport.SHARED_LOOPBACK);

    BenchOptions {
        members = List.copyOf(members);
    }

    /**
     * @throws UsageException with what is wrong and what to write instead
     */
    static BenchOptions parse(List<String> words) throws UsageException {
        Arguments given = ArgvParser.parse(Programs.BENCH_APPLY, words);
        return new BenchOptions(members(given.value("members").orElse("3,10,30")), changes(given.value("changes")),
                transport(given.value("transport").orElse("loopback")), json(given.value("format").orElse("text")));
    }

    private static List<Integer> members(String text) throws UsageException {
        String[] parts = text.split(",", -1);
        if (!Arrays.stream(parts).allMatch((part) -> isBetween(2, Loopback.MOST, part))) {
            throw new UsageException("--members takes numbers from 2 to " + Loopback.MOST
                    + " with commas between them, as 3,10,30, not \"" + text + "\"");
        }
        return Arrays.stream(parts).map(Integer::valueOf).toList();
    }

    private static int changes(Optional<String> text) throws UsageException {
        if (text.isEmpty()) {
            return 60;
        }
        if (!isBetween(1, MOST_CHANGES, text.get())) {
            throw new UsageException(
                    "--changes takes a number from 1 to " + MOST_CHANGES + ", not \"" + text.get() + "\"");
        }
        return Integer.parseInt(text.get());
    }

    private static boolean isBetween(int least, int most, String text) {
        return text.matches("\\d{1,9}") && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most;
    }

    private static RingConfig.Transport transport(String text) throws UsageException {
        RingConfig.Transport transport = TRANSPORTS.get(text);
        if (transport == null) {
            throw new UsageException("--transport is one of loopback, tcp, not \"" + text + "\"");
        }
        return transport;
    }

    private static boolean json(String text) throws UsageException {
        if (!text.equals("text") && !text.equals("json")) {
            throw new UsageException("--format is one of text, json, not \"" + text + "\"");
        }
        return text.equals("json");
    }

    String transportName() {
        return (this.transport == RingConfig.Transport.TCP) ? "tcp" : "loopback";
    }

}
