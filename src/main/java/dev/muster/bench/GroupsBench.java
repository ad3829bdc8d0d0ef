package dev.muster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.muster.group.Revision;
import dev.muster.process.OsProcesses;
import dev.muster.shell.CommandRunner;

/**
 * One node as people start it, with a store of many groups with the largest configuration
 * there is; then a group that is changed again and again.
 */
final class GroupsBench {

    private static final Duration REST = Duration.ofSeconds(5);

    /** So many changes apart it is told how much there is by then. */
    private static final int SHOWN_EVERY = 1_000;

    private final int groups;

    private final int applies;

    private final Path directory;

    private final Path home;

    private final PrintStream progress;

    /**
     * @param home of the distribution, whose launcher starts the node
     */
    GroupsBench(int groups, int applies, Path directory, Path home, PrintStream progress) {
        this.groups = groups;
        this.applies = applies;
        this.directory = directory;
        this.home = home;
        this.progress = progress;
    }

    GroupsResult run() throws BenchFailure, InterruptedException {
        try (OsProcesses processes = new OsProcesses()) {
            BenchNode node = new BenchNode(processes, this.directory, this.home);
            try {
                return measure(node);
            }
            finally {
                node.stop();
            }
        }
        catch (IOException ex) {
            throw new BenchFailure("The node cannot be measured: " + ex, ex);
        }
    }

    private GroupsResult measure(BenchNode node) throws BenchFailure, IOException, InterruptedException {
        // Once more, so that nobody waits for what a first start makes.
        node.start();
        node.stop();
        Duration emptyStart = node.start();
        long emptyMiB = rested(node);
        this.progress.println("an empty node is ready after " + emptyStart.toMillis() + " ms");

        String text = "x".repeat(Revision.MAX_CONTENT - 32);
        for (int number = 1; number <= this.groups; number++) {
            apply(node, "bench.group%04d".formatted(number), "number = %d\ntext = \"%s\"\n".formatted(number, text));
        }
        long filledBytes = storeBytes(node);
        this.progress.println(this.groups + " groups are applied");
        node.kill();
        Duration filledStart = node.start();
        long filledMiB = rested(node);
        this.progress.println("with them it is ready after " + filledStart.toMillis() + " ms");

        long began = System.nanoTime();
        for (int number = 1; number <= this.applies; number++) {
            apply(node, "bench.row", "number = %d\n".formatted(number));
            if (number % SHOWN_EVERY == 0) {
                this.progress.println("%d changes: the store has %d KiB more, the node %d MiB".formatted(number,
                        (storeBytes(node) - filledBytes) / 1024, node.residentMiB()));
            }
        }
        Duration row = Duration.ofNanos(System.nanoTime() - began);
        long rowMiB = rested(node);
        return new GroupsResult(this.groups, emptyStart, emptyMiB, filledBytes, filledStart, filledMiB, this.applies,
                row, storeBytes(node) - filledBytes, rowMiB);
    }

    private static void apply(BenchNode node, String group, String layer) throws BenchFailure {
        CommandRunner.Outcome outcome = node.muster(List.of("config", "apply", group), layer);
        if (outcome.code() != 0) {
            throw new BenchFailure("A change of " + group + " was not accepted: " + outcome.errors().strip());
        }
    }

    private static long rested(BenchNode node) throws IOException, InterruptedException {
        TimeUnit.NANOSECONDS.sleep(REST.toNanos());
        return node.residentMiB();
    }

    private static long storeBytes(BenchNode node) throws IOException {
        return Directory.bytes(node.facts());
    }

}
