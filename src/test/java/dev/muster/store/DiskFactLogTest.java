package dev.muster.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.store.Facts.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

class DiskFactLogTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private static final DiskFactLog.Settings SMALL = new DiskFactLog.Settings(1024, Duration.ofMillis(5));

    private final TroubledDisk disk = new TroubledDisk();

    private final List<DiskFactLog> opened = new ArrayList<>();

    private final List<Fact> found = new ArrayList<>();

    private final List<Damage> damage = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    Path data;

    @AfterEach
    void close() {
        this.disk.heal();
        this.opened.forEach(DiskFactLog::close);
    }

    private DiskFactLog open() throws IOException {
        return open(SMALL);
    }

    private DiskFactLog open(DiskFactLog.Settings settings) throws IOException {
        this.found.clear();
        this.damage.clear();
        DiskFactLog log = DiskFactLog.open(directory(), Facts.SEALING, InstantSource.fixed(NOW), this.found::add,
                this.damage::add, this.disk, settings);
        this.opened.add(log);
        return log;
    }

    private Path directory() {
        return this.data.resolve("facts");
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(directory())) {
            return files.sorted().toList();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private Path file(int number) {
        return directory().resolve("000000000" + number + ".facts");
    }

    @Test
    void whatWasSyncedIsReadAgainAfterAStart() throws IOException {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1), Facts.fact(2));
        Facts.append(log, Facts.fact(3));
        assertThat(log.read(Facts.fact(2).hash())).isEqualTo(Facts.fact(2));
        log.close();
        DiskFactLog again = open();
        assertThat(this.found).containsExactly(Facts.fact(1), Facts.fact(2), Facts.fact(3));
        assertThat(again.read(Facts.fact(3).hash())).isEqualTo(Facts.fact(3));
        assertThat(this.damage).isEmpty();
    }

    @Test
    void aProcessThatWasKilledLosesNothingThatWasSynced() throws IOException {
        Facts.append(open(), Facts.fact(1));
        DiskFactLog again = open();
        assertThat(this.found).containsExactly(Facts.fact(1));
        Facts.append(again, Facts.fact(2));
        open();
        assertThat(this.found).containsExactly(Facts.fact(1), Facts.fact(2));
    }

    @Test
    void theSameFactIsWrittenOnce() throws IOException {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1), Facts.fact(1));
        long size = Files.size(file(1));
        Facts.append(log, Facts.fact(1));
        assertThat(Files.size(file(1))).isEqualTo(size);
        open();
        assertThat(this.found).containsExactly(Facts.fact(1));
    }

    @Test
    void aFactThatIsNotThereIsNamed() throws IOException {
        DiskFactLog log = open();
        assertThatIOException().isThrownBy(() -> log.read(Facts.fact(1).hash()))
            .withMessageContaining(Facts.fact(1).hash().toString())
            .withMessageContaining(directory().toString());
    }

    @Test
    void batchesThatWaitTogetherShareASyncAndEndInOrder() throws Exception {
        DiskFactLog log = open(new DiskFactLog.Settings(1024 * 1024, Duration.ofMillis(5)));
        Facts.append(log, Facts.fact(0));
        CountDownLatch latch = new CountDownLatch(1);
        this.disk.hold(latch);
        int before = this.disk.syncs();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Outcome> outcomes = new ArrayList<>();
        for (int number = 1; number <= 50; number++) {
            int current = number;
            Outcome outcome = new Outcome(() -> order.add(current));
            outcomes.add(outcome);
            log.append(List.of(Facts.fact(number)), outcome);
        }
        assertThat(outcomes).noneMatch(Outcome::isDone);
        latch.countDown();
        for (Outcome outcome : outcomes) {
            outcome.await();
        }
        assertThat(order).isSorted().hasSize(50);
        assertThat(this.disk.syncs() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void manyThreadsAppendAndEveryBatchIsAnswered() throws Exception {
        DiskFactLog log = open();
        List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int first = thread * 100;
            threads.add(new Thread(() -> {
                for (int number = first; number < first + 100; number++) {
                    Outcome outcome = new Outcome();
                    outcomes.add(outcome);
                    log.append(List.of(Facts.fact(number)), outcome);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        log.close();
        assertThat(outcomes).hasSize(800).allMatch(Outcome::isDone);
        open();
        assertThat(this.found).hasSize(800);
        assertThat(files().size()).isGreaterThan(10);
    }

    @Test
    void nothingIsFoundOrAnsweredBeforeItsSync() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(0));
        CountDownLatch latch = new CountDownLatch(1);
        this.disk.hold(latch);
        long size = Files.size(file(1));
        Outcome outcome = new Outcome();
        log.append(List.of(Facts.fact(1)), outcome);
        Awaitility.await().until(() -> Files.size(file(1)) > size);
        assertThat(outcome.isDone()).isFalse();
        assertThatIOException().isThrownBy(() -> log.read(Facts.fact(1).hash()));
        latch.countDown();
        outcome.await();
        assertThat(log.read(Facts.fact(1).hash())).isEqualTo(Facts.fact(1));
    }

    @Test
    void aFailedSyncFailsWhatWaitsAndNeverComesBack() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1));
        this.disk.failSyncs();
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(2)))
            .withMessageContaining(directory().toString())
            .withMessageContaining("Input/output error");
        assertThat(log.condition().writable()).isFalse();
        assertThat(log.condition().since()).isEqualTo(NOW);
        assertThat(log.condition().reason()).contains("Input/output error");
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(3)));
        assertThat(log.read(Facts.fact(1).hash())).isEqualTo(Facts.fact(1));
        log.close();
        this.disk.heal();
        open();
        assertThat(this.found).containsExactly(Facts.fact(1));
    }

    @Test
    void afterAFailedSyncTheSameFileIsNotWrittenAgain() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1));
        long size = Files.size(file(1));
        this.disk.failSyncs();
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(2)));
        this.disk.heal();
        Awaitility.await().until(() -> log.condition().writable());
        Facts.append(log, Facts.fact(3));
        assertThat(Files.size(file(1))).isEqualTo(size);
        assertThat(files()).containsExactly(file(1), file(2));
        open();
        assertThat(this.found).containsExactly(Facts.fact(1), Facts.fact(3));
    }

    @Test
    void nothingIsTakenUntilWhatFailedIsCutOff() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1));
        long size = Files.size(file(1));
        this.disk.failSyncs();
        this.disk.failTruncates();
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(2)));
        assertThat(Files.size(file(1))).isGreaterThan(size);
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(3)));
        assertThat(files()).containsExactly(file(1));
        this.disk.heal();
        Awaitility.await().until(() -> log.condition().writable());
        assertThat(Files.size(file(1))).isEqualTo(size);
    }

    @Test
    void aFullDiskRefusesUntilThereIsRoom() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1));
        this.disk.fill(60);
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(2)))
            .isInstanceOf(StorageFullException.class)
            .withMessageContaining("No room left")
            .withMessageContaining(directory().toString());
        this.disk.fill(30_000);
        for (int number = 3; number < 13; number++) {
            Fact refused = Facts.fact(number);
            assertThatIOException().isThrownBy(() -> Facts.append(log, refused));
        }
        // Each attempt to go on makes a file, and takes it away when there is no room for
        // it.
        Awaitility.await().untilAsserted(() -> assertThat(files()).containsExactly(file(1)));
        this.disk.heal();
        Awaitility.await().until(() -> log.condition().writable());
        Facts.append(log, Facts.fact(2));
        open();
        assertThat(this.found).containsExactly(Facts.fact(1), Facts.fact(2));
    }

    @Test
    void whatWasDamagedBeforeAFailedSyncIsFoundWhenTheLogReopens() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1));
        long second = Files.size(file(1));
        Facts.append(log, Facts.fact(2));
        byte[] bytes = Files.readAllBytes(file(1));
        bytes[(int) second + 40] ^= 1;
        Files.write(file(1), bytes);
        this.disk.failSyncs();
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(3)));
        this.disk.heal();
        Awaitility.await().until(() -> log.condition().writable());
        assertThat(this.damage).singleElement().satisfies((found) -> {
            assertThat(found.offset()).isEqualTo(second);
            assertThat(found.fact()).contains(Facts.fact(2).hash());
        });
        assertThatIOException().isThrownBy(() -> log.read(Facts.fact(2).hash()));
        Facts.append(log, Facts.fact(2));
        assertThat(log.read(Facts.fact(2).hash())).isEqualTo(Facts.fact(2));
    }

    @Test
    void whatIsReadAndIsNotWhatWasWrittenIsReportedAndMayBeAppendedAgain() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1));
        byte[] bytes = Files.readAllBytes(file(1));
        bytes[bytes.length - 1] ^= 1;
        Files.write(file(1), bytes);
        assertThatIOException().isThrownBy(() -> log.read(Facts.fact(1).hash()))
            .withMessageContaining(file(1).toString())
            .withMessageContaining("offset 15");
        assertThat(log.damage()).singleElement()
            .satisfies((found) -> assertThat(found.fact()).contains(Facts.fact(1).hash()));
        Facts.append(log, Facts.fact(1));
        assertThat(log.read(Facts.fact(1).hash())).isEqualTo(Facts.fact(1));
    }

    @Test
    void segmentsThatHoldNothingAreDeletedAndSparseOnesAreMoved() throws Exception {
        DiskFactLog log = open();
        List<Hash> dropped = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            Facts.append(log, Facts.fact(number, 100));
            if (number % 5 != 0) {
                dropped.add(Facts.fact(number, 100).hash());
            }
        }
        int before = files().size();
        log.drop(dropped);
        Awaitility.await().until(() -> files().size() < before / 2);
        assertThat(log.size()).isEqualTo(20);
        for (int number = 0; number < 100; number += 5) {
            assertThat(log.read(Facts.fact(number, 100).hash())).isEqualTo(Facts.fact(number, 100));
        }
        log.close();
        open();
        assertThat(this.found).hasSize(20).doesNotHaveDuplicates();
        assertThat(this.damage).isEmpty();
    }

    @Test
    void whatWasDroppedStaysDroppedAfterAnOrderlyEnd() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1), Facts.fact(2), Facts.fact(3));
        log.drop(List.of(Facts.fact(2).hash()));
        log.close();
        open().close();
        assertThat(this.found).containsExactly(Facts.fact(1), Facts.fact(3));
        open();
        assertThat(this.found).containsExactly(Facts.fact(1), Facts.fact(3));
    }

    @Test
    void whatWasDroppedAndAppendedAgainIsThere() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1), Facts.fact(2));
        log.drop(List.of(Facts.fact(1).hash(), Facts.fact(2).hash()));
        Facts.append(log, Facts.fact(3));
        Facts.append(log, Facts.fact(1));
        log.close();
        open();
        assertThat(this.found).containsExactlyInAnyOrder(Facts.fact(1), Facts.fact(3));
    }

    @Test
    void dropsAreKeptForAsLongAsTheFactIsInSomeFile() throws Exception {
        List<Fact> expected = new ArrayList<>();
        java.util.Random random = new java.util.Random(7);
        for (int round = 0; round < 30; round++) {
            DiskFactLog log = open();
            assertThat(this.found).containsExactlyInAnyOrderElementsOf(expected);
            for (int step = 0; step < 10; step++) {
                Fact fact = Facts.fact(random.nextInt(60), 60);
                if (random.nextInt(3) > 0 && !expected.contains(fact)) {
                    Facts.append(log, fact);
                    expected.add(fact);
                }
                else if (!expected.isEmpty()) {
                    Fact gone = expected.remove(random.nextInt(expected.size()));
                    log.drop(List.of(gone.hash()));
                }
            }
            log.close();
        }
        assertThat(files().size()).isLessThan(20);
    }

    @Test
    void aBatchIsNeverSpreadOverTwoFiles() throws Exception {
        DiskFactLog log = open();
        Facts.append(log, Facts.fact(1, 700));
        Facts.append(log, Facts.fact(2, 300), Facts.fact(3, 300), Facts.fact(4, 900));
        assertThat(files()).hasSize(2);
        assertThat(Files.size(file(1))).isLessThan(1024);
    }

    @Test
    void whatIsAppendedToAClosedLogFails() throws Exception {
        DiskFactLog log = open();
        log.close();
        assertThatIOException().isThrownBy(() -> Facts.append(log, Facts.fact(1))).withMessageContaining("is closed");
    }

    @Test
    void aFileOfALaterReleaseIsLeftAloneAndNamed() throws Exception {
        Files.createDirectories(directory());
        Files.writeString(file(1), "muster facts 3\nand whatever they write then");
        assertThatIOException().isThrownBy(this::open)
            .withMessageContaining(file(1).toString())
            .withMessageContaining("later release");
        assertThat(Files.readString(file(1))).endsWith("they write then");
    }

}
