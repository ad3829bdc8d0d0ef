package dev.muster.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

import dev.muster.shell.UsageException;

/** {@code muster bench apply}: how long a change takes until all members have it. */
public final class BenchMain {

    /** Of heap, by what was seen with 3 to 100 members. */
    private static final int BASE_MIB = 64;

    private static final int LOOPBACK_MIB = 5;

    private static final int TCP_MIB = 12;

    /**
     * What members keep for each other to deliver and send again: 100 of them and as many
     * bare peers held 2.3 GiB, and did nothing but collect garbage in 3.
     */
    private static final double PAIR_MIB = 0.4;

    private BenchMain() {
    }

    /**
     * Measures, prints, and ends the JVM.
     * @param words those behind the name of the command
     */
    public static void main(String[] words) {
        BenchProgram.run(BenchMain::measure, words);
    }

    private static String measure(List<String> words, PrintStream progress)
            throws UsageException, BenchFailure, InterruptedException {
        BenchOptions options = BenchOptions.parse(words);
        for (int members : options.members()) {
            requireRoom(members, options);
        }
        BenchReport report = measure(options, progress);
        return options.json() ? report.json() : report.text();
    }

    private static BenchReport measure(BenchOptions options, PrintStream progress)
            throws BenchFailure, InterruptedException {
        List<RingResult> results = new ArrayList<>();
        try (Directory all = Directory.create()) {
            Machine machine = Machine.here(all.fileSystem());
            if (machine.fileSystem().equals("tmpfs") || machine.fileSystem().equals("ramfs")) {
                progress
                    .println("muster: " + all.path() + " is memory, where a sync costs nothing: name a directory on "
                            + "a disk with MUSTER_JAVA_OPTS=-Djava.io.tmpdir=DIR");
            }
            for (int members : options.members()) {
                try (Directory directory = Directory.create()) {
                    ApplyBench bench = new ApplyBench(members, options.transport(), ApplyBench.WarmUp.DEFAULT,
                            progress);
                    RingResult result = bench.run(options.changes(), directory.path());
                    // Larger rings may take long, or more than this machine has.
                    progress.println(new BenchReport(machine, options.transportName(), List.of(result)).text());
                    results.add(result);
                }
            }
            return new BenchReport(machine, options.transportName(), results);
        }
    }

    private static void requireRoom(int members, BenchOptions options) throws BenchFailure {
        boolean tcp = options.transportName().equals("tcp");
        long needed = BASE_MIB + (long) members * (tcp ? TCP_MIB : LOOPBACK_MIB)
                + Math.round(PAIR_MIB * members * members);
        long most = Runtime.getRuntime().maxMemory() >> 20;
        if (most < needed) {
            throw new BenchFailure(members + " members need about " + needed + " MiB of heap and this JVM has " + most
                    + ": run again with MUSTER_JAVA_OPTS=-Xmx" + needed + "m, or with fewer members");
        }
    }

}
