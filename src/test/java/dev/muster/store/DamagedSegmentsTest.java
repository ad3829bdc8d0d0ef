package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A log of several files, with facts that were dropped and moved, of which bytes are
 * missing or wrong: at every place, one after another, and at many places at once.
 */
class DamagedSegmentsTest {

    private static final DiskFactLog.Settings SMALL = new DiskFactLog.Settings(700, Duration.ofMillis(5));

    private static final Fact LATER = Facts.fact(1_000);

    @TempDir
    Path scratch;

    /** By file name, what an orderly log left. */
    private final TreeMap<String, byte[]> whole = new TreeMap<>();

    private final Map<Hash, Fact> written = new HashMap<>();

    private final List<Fact> kept = new ArrayList<>();

    private final List<Fact> found = new ArrayList<>();

    private final List<Damage> damage = new ArrayList<>();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("muster.seeds", 50));
    }

    @BeforeEach
    void write() throws IOException {
        Path directory = this.scratch.resolve("whole/facts");
        try (DiskFactLog log = open(directory)) {
            for (int number = 0; number < 14; number++) {
                append(log, Facts.fact(number, 20));
                if (number % 3 == 1) {
                    Fact gone = this.kept.remove(this.kept.size() - 2);
                    log.drop(List.of(gone.hash()));
                }
            }
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                this.whole.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        assertThat(this.whole.keySet()).hasSizeGreaterThan(2);
    }

    private void append(DiskFactLog log, Fact fact) throws IOException {
        Facts.append(log, fact);
        this.written.put(fact.hash(), fact);
        this.kept.add(fact);
    }

    private DiskFactLog open(Path directory) throws IOException {
        this.found.clear();
        this.damage.clear();
        return DiskFactLog.open(directory, Facts.SEALING, InstantSource.system(), this.found::add, this.damage::add,
                new UnsyncedDisk(), SMALL);
    }

    /** One directory for all cases, with these files alone. */
    private Path log(Map<String, byte[]> files) throws IOException {
        Path directory = this.scratch.resolve("case/facts");
        for (Path used : List.of(directory, directory.resolveSibling("damaged"))) {
            if (Files.exists(used)) {
                try (DirectoryStream<Path> old = Files.newDirectoryStream(used)) {
                    for (Path file : old) {
                        Files.delete(file);
                    }
                }
            }
        }
        Files.createDirectories(directory);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
        return directory;
    }

    private Path log(String name, byte[] bytes) throws IOException {
        Map<String, byte[]> files = new TreeMap<>(this.whole);
        files.put(name, bytes);
        return log(files);
    }

    /** Records of a whole file: where each begins, and what it is. */
    private Map<Integer, Record> records(String name) throws IOException {
        Map<Integer, Record> records = new LinkedHashMap<>();
        Path directory = this.scratch.resolve("whole/facts");
        try (SegmentScan scan = new SegmentScan(new Segment(directory, Segment.number(name)), SegmentScan.window())) {
            scan.read(new SegmentScan.Found() {

                @Override
                public void record(Frame.Kind kind, long offset, ByteBuffer payload) {
                    int end = (int) offset + Frame.BYTES + payload.remaining();
                    byte[] hash = new byte[Hash.LENGTH];
                    payload.get(hash);
                    records.put((int) offset, new Record(kind, (int) offset, end, Hash.wrap(hash)));
                }

                @Override
                public void damaged(long offset, long length, String reason) {
                    throw new AssertionError("The whole log is damaged");
                }

            });
        }
        return records;
    }

    private void goesOn(Path directory) throws IOException {
        try (DiskFactLog log = open(directory)) {
            Facts.append(log, LATER);
            for (Fact fact : this.kept) {
                Facts.append(log, fact);
            }
        }
        open(directory).close();
        assertThat(this.found).contains(LATER).containsAll(this.kept).doesNotHaveDuplicates();
    }

    @Test
    void aLastFileThatIsCutAnywhereCostsWhatWasBehindTheCutAndNothingElse() throws IOException {
        String last = this.whole.lastKey();
        Map<Integer, Record> records = records(last);
        byte[] bytes = this.whole.get(last);
        for (int length = 0; length < bytes.length; length++) {
            int cut = length;
            List<Hash> gone = records.values()
                .stream()
                .filter((record) -> record.end() > cut)
                .map(Record::first)
                .toList();
            Path directory = log(last, Arrays.copyOf(bytes, length));
            open(directory).close();
            assertThat(this.damage).isEmpty();
            assertThat(this.written.values()).containsAll(this.found);
            assertThat(this.found).as("cut at %s", length)
                .containsAll(this.kept.stream().filter((fact) -> !gone.contains(fact.hash())).toList());
            if (length % 23 == 0) {
                goesOn(directory);
            }
        }
    }

    @Test
    void aWrongByteInAnyFileCostsItsRecordWhichIsNamedAndCanBeWrittenAgain() throws IOException {
        String middle = List.copyOf(this.whole.keySet()).get(1);
        for (String name : this.whole.keySet()) {
            Map<Integer, Record> records = records(name);
            // Every byte of one file, and some of those before and behind it.
            int step = name.equals(middle) ? 1 : 7;
            for (int position = 0; position < this.whole.get(name).length; position += step) {
                int at = position;
                byte[] bytes = this.whole.get(name).clone();
                bytes[position] ^= (byte) (1 << (position % 8));
                Path directory = log(name, bytes);
                try (DiskFactLog log = open(directory)) {
                    assertThat(log.condition().writable()).isTrue();
                }
                assertThat(this.written.values()).containsAll(this.found);
                Record hit = records.values()
                    .stream()
                    .filter((record) -> record.offset() <= at && at < record.end())
                    .findFirst()
                    .orElse(null);
                assertThat(this.found).as("%s byte %s", name, position)
                    .containsAll(this.kept.stream()
                        .filter((fact) -> hit == null || !fact.hash().equals(hit.first()))
                        .toList());
                if (hit != null) {
                    assertThat(this.damage).singleElement().satisfies((found) -> {
                        assertThat(found.file()).isEqualTo(directory.resolve(name));
                        assertThat(found.offset()).isEqualTo(hit.offset());
                        assertThat(found.length()).isEqualTo(hit.end() - hit.offset());
                        assertThat(found.copy().orElseThrow())
                            .hasBinaryContent(Arrays.copyOfRange(bytes, hit.offset(), hit.end()));
                    });
                }
                if (position % 23 == 0) {
                    goesOn(directory);
                }
            }
        }
    }

    /** Blocks of a file reach the disk in any order. */
    @ParameterizedTest
    @MethodSource("seeds")
    void ofAnUnsyncedEndAnyBlocksMayBeMissingAndWhatWasSyncedIsThere(long seed) throws IOException {
        Random random = new Random(seed);
        Path directory = log(this.whole);
        String last = this.whole.lastKey();
        int synced = this.whole.get(last).length;
        List<Fact> unsynced = new ArrayList<>();
        try (DiskFactLog log = DiskFactLog.open(directory, Facts.SEALING, InstantSource.system(), (fact) -> {
        }, (found) -> {
        }, new UnsyncedDisk(), new DiskFactLog.Settings(100_000, Duration.ofMillis(5)))) {
            for (int number = 0; number < 5; number++) {
                Fact fact = Facts.fact(500 + number, random.nextInt(300));
                unsynced.add(fact);
                this.written.put(fact.hash(), fact);
            }
            Facts.append(log, unsynced.toArray(Fact[]::new));
        }
        byte[] bytes = Files.readAllBytes(directory.resolve(last));
        assertThat(bytes.length).isGreaterThan(synced);
        int block = 64;
        for (int from = synced; from < bytes.length; from += block) {
            if (random.nextBoolean()) {
                Arrays.fill(bytes, from, Math.min(bytes.length, from + block), (byte) 0);
            }
        }
        bytes = Arrays.copyOf(bytes, synced + random.nextInt(bytes.length - synced + 1));
        directory = log(last, bytes);
        open(directory).close();
        assertThat(this.found).containsAll(this.kept);
        assertThat(this.written.values()).containsAll(this.found);
        assertThat(this.damage).allSatisfy((found) -> assertThat(found.offset()).isGreaterThanOrEqualTo(synced));
        goesOn(directory);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsWrongWithSomeFilesTheLogOpensAndTellsNothingThatWasNeverWritten(long seed) throws IOException {
        Random random = new Random(seed);
        Map<String, byte[]> files = new TreeMap<>(this.whole);
        for (int count = 0; count <= random.nextInt(4); count++) {
            List<String> names = List.copyOf(files.keySet());
            String name = names.get(random.nextInt(names.size()));
            byte[] bytes = files.get(name).clone();
            int at = random.nextInt(bytes.length);
            int length = 1 + random.nextInt(bytes.length - at);
            switch (random.nextInt(5)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at + 1);
                case 1 -> Arrays.fill(bytes, at, at + length, (byte) 0);
                case 2 -> {
                    byte[] noise = new byte[length];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, bytes, at, length);
                }
                case 3 -> bytes = files.get(names.get(random.nextInt(names.size()))).clone();
                default -> bytes[at] ^= (byte) (1 + random.nextInt(255));
            }
            files.put(name, bytes);
        }
        Path directory = log(files);
        open(directory).close();
        assertThat(this.written.values()).containsAll(this.found);
        goesOn(directory);
    }

    private record Record(Frame.Kind kind, int offset, int end, Hash first) {
    }

    /** The local disk, which these tests need not wait for. */
    private static final class UnsyncedDisk implements Disk {

        @Override
        public Output create(Path file) throws IOException {
            return new Unsynced(Disk.LOCAL.create(file));
        }

        @Override
        public Output open(Path file) throws IOException {
            return new Unsynced(Disk.LOCAL.open(file));
        }

        @Override
        public void syncDirectory(Path directory) {
            // Nobody pulls the plug here.
        }

    }

    /** One file of it. */
    private record Unsynced(Disk.Output file) implements Disk.Output {

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            this.file.write(bytes, position);
        }

        @Override
        public void force() {
            // As above.
        }

        @Override
        public void truncate(long length) throws IOException {
            this.file.truncate(length);
        }

        @Override
        public void close() throws IOException {
            this.file.close();
        }

    }

}
