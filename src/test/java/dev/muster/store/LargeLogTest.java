package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.store.Facts.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/** A log as large as it is meant to become, and a disk as small as none should be. */
class LargeLogTest {

    private static final int COUNT = 1000;

    private static final int BYTES = 64 * 1024;

    /** Of a log of which little holds: a segment that is written, and what is sparse. */
    private static final long BOUND = 12L * 1024 * 1024;

    @TempDir
    Path data;

    private static DiskFactLog open(Path directory, AtomicInteger found) throws IOException {
        return DiskFactLog.open(directory, Facts.SEALING, InstantSource.system(), (fact) -> found.incrementAndGet(),
                (damage) -> {
                });
    }

    @Test
    void aThousandLargeFactsAreReadInUnderFiveSecondsAndStayOutOfTheHeap() throws Exception {
        Path directory = this.data.resolve("facts");
        AtomicInteger found = new AtomicInteger();
        try (DiskFactLog log = open(directory, found)) {
            List<Outcome> outcomes = new ArrayList<>();
            for (int number = 0; number < COUNT; number++) {
                Outcome outcome = new Outcome();
                outcomes.add(outcome);
                log.append(List.of(Facts.fact(number, BYTES)), outcome);
            }
            for (Outcome outcome : outcomes) {
                outcome.await();
            }
        }
        long before = heap();
        long start = System.nanoTime();
        try (DiskFactLog log = open(directory, found)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            System.out.println("Opened a log of " + COUNT + " facts of 64 KiB in " + millis + " ms");
            assertThat(found).hasValue(COUNT);
            assertThat(millis).isLessThan(5000);
            assertThat(heap() - before).isLessThan(4 * 1024 * 1024);
            assertThat(log.size()).isEqualTo(COUNT);
        }
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /**
     * As with changes of one group, of which fifty are kept; a hundred of them at a time,
     * so that the disk does not wait for itself.
     */
    @Test
    void tenThousandChangesOfWhichFiftyAreKeptLeaveABoundedLog() throws Exception {
        Path directory = this.data.resolve("facts");
        long most = 0;
        Deque<Hash> kept = new ArrayDeque<>();
        try (DiskFactLog log = open(directory, new AtomicInteger())) {
            for (int number = 0; number < 10_000; number += 100) {
                List<Fact> facts = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    facts.add(Facts.fact(number + i, 2_000));
                }
                Facts.append(log, facts.toArray(Fact[]::new));
                facts.forEach((fact) -> kept.add(fact.hash()));
                List<Hash> dropped = new ArrayList<>();
                while (kept.size() > 50) {
                    dropped.add(kept.remove());
                }
                log.drop(dropped);
                most = Math.max(most, bytes(directory));
            }
            System.out.println("10,000 facts of 2 KB, 50 kept: at most " + most / 1024 + " KiB on disk");
            // What is dropped is dropped on the thread that writes.
            await().until(() -> log.size() == 50);
        }
        assertThat(most).isLessThan(BOUND);
        AtomicInteger found = new AtomicInteger();
        open(directory, found).close();
        assertThat(found).hasValue(50);
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong((file) -> file.toFile().length()).sum();
        }
    }

    @Test
    void aDiskThatIsReallyFullRefusesAndKeepsWhatItHas() throws Exception {
        Path mount = this.data.resolve("small");
        Files.createDirectories(mount);
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()),
                "Only root can mount a small file system: the full disk is tested with a fake one only");
        try {
            List<Fact> kept = new ArrayList<>();
            try (DiskFactLog log = open(mount.resolve("facts"), new AtomicInteger())) {
                assertThatIOException().isThrownBy(() -> {
                    for (int number = 0; number < 100; number++) {
                        Fact fact = Facts.fact(number, BYTES);
                        Facts.append(log, fact);
                        kept.add(fact);
                    }
                }).isInstanceOf(StorageFullException.class).withMessageContaining(mount.toString());
                assertThat(kept).isNotEmpty();
                assertThat(log.condition().writable()).isFalse();
                for (Fact fact : kept) {
                    assertThat(log.read(fact.hash())).isEqualTo(fact);
                }
            }
            List<Fact> found = new ArrayList<>();
            DiskFactLog.open(mount.resolve("facts"), Facts.SEALING, InstantSource.system(), found::add, (damage) -> {
            }).close();
            assertThat(found).isEqualTo(kept);
        }
        finally {
            assertThat(run("umount", mount.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor() == 0;
        }
        catch (IOException ex) {
            return false;
        }
    }

}
