package dev.muster.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.muster.Mutations;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the disk holds, after somebody wrote to it who should not. */
class FuzzedStoreTest {

    private static final DiskFactLog.Settings SETTINGS = new DiskFactLog.Settings(100_000, Duration.ofMillis(5));

    @TempDir
    Path directory;

    private final ByteBuffer window = SegmentScan.window();

    private void scan(Path file, List<byte[]> told) throws IOException {
        try (SegmentScan scan = new SegmentScan(
                new Segment(file.getParent(), Segment.number(file.getFileName().toString())), this.window)) {
            long[] end = new long[1];
            long size = Files.size(file);
            long stopped = scan.read(new SegmentScan.Found() {

                @Override
                public void record(Frame.Kind kind, long offset, ByteBuffer payload) {
                    assertThat(offset).isGreaterThanOrEqualTo(end[0]);
                    end[0] = offset + payload.remaining();
                    byte[] bytes = new byte[payload.remaining()];
                    payload.get(bytes);
                    told.add(bytes);
                }

                @Override
                public void damaged(long offset, long length, String reason) {
                    assertThat(offset).isGreaterThanOrEqualTo(end[0]);
                    assertThat(length).isPositive();
                    end[0] = offset + length;
                }

            });
            assertThat(stopped).isBetween(0L, size);
        }
    }

    private Path segment() throws IOException {
        Path facts = this.directory.resolve("facts");
        try (DiskFactLog log = DiskFactLog.open(facts, Facts.SEALING, InstantSource.system(), (fact) -> {
        }, (damage) -> {
        }, Disk.LOCAL, SETTINGS)) {
            List<Fact> written = Facts.facts(6, 30);
            Facts.append(log, written.toArray(Fact[]::new));
            log.drop(List.of(written.get(1).hash()));
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(facts)) {
            return files.iterator().next();
        }
    }

    /** Only what was written is ever told, whatever stands around it. */
    @Test
    void aSegmentTellsWhatWasWrittenAndNothingElse() throws IOException {
        Path file = segment();
        byte[] whole = Files.readAllBytes(file);
        List<byte[]> records = new ArrayList<>();
        scan(file, records);
        Set<ByteBuffer> written = new HashSet<>();
        records.forEach((bytes) -> written.add(ByteBuffer.wrap(bytes)));
        int damaged = 0;
        for (int seed = 0; seed < Mutations.CASES; seed++) {
            Mutations.write(file, Mutations.of(List.of(whole), seed));
            List<byte[]> told = new ArrayList<>();
            try {
                scan(file, told);
            }
            catch (IOException ex) {
                assertThat(ex).as("seed %s", seed).hasMessageContaining("was written by a later release");
            }
            damaged += (told.size() < written.size()) ? 1 : 0;
            assertThat(told).as("seed %s", seed).allMatch((bytes) -> written.contains(ByteBuffer.wrap(bytes)));
        }
        assertThat(damaged).isGreaterThan(Mutations.CASES / 10);
    }

    /** Contents are called by their hash, so what was changed is never given. */
    @Test
    void aContentThatWasChangedIsNotGiven() throws IOException {
        Path contents = this.directory.resolve("contents");
        byte[] content = "a content of some length".repeat(20).getBytes(StandardCharsets.UTF_8);
        SecureRandom random = new SecureRandom();
        Hash hash = DiskContentStore.open(contents, Facts.SEALING, random)
            .receive(new ByteArrayInputStream(content), content.length)
            .hash();
        byte[] whole = Files.readAllBytes(contents.resolve(hash.hex()));
        int cases = Math.max(100, Mutations.CASES / 20);
        for (int seed = 0; seed < cases; seed++) {
            byte[] changed = Mutations.of(List.of(whole), seed);
            Path file = contents.resolve(hash.hex());
            Mutations.write(file, changed);
            if (seed < 3) {
                Files.writeString(contents.resolve("part of nothing" + seed), "x");
            }
            DiskContentStore store = DiskContentStore.open(contents, Facts.SEALING, random);
            boolean same = Arrays.equals(whole, changed);
            assertThat(given(store, hash, this.directory.resolve("copy"))).as("seed %s", seed).isEqualTo(same);
            Files.deleteIfExists(file);
            Files.deleteIfExists(contents.resolve(hash.hex() + ".damaged"));
        }
    }

    private static boolean given(DiskContentStore store, Hash hash, Path target) throws IOException {
        Files.deleteIfExists(target);
        try {
            store.copy(hash, target);
            return true;
        }
        catch (IOException ex) {
            return false;
        }
    }

    @Test
    void whichKeysAreInUseIsReadWhateverStandsThere() throws IOException {
        Path file = this.directory.resolve("default.in-use");
        byte[] whole = "20260101000000\n20260102000000\n".getBytes(StandardCharsets.US_ASCII);
        for (int seed = 0; seed < Mutations.CASES; seed++) {
            Mutations.write(file, Mutations.of(List.of(whole), seed));
            assertThat(new KeysInUse(this.directory).of("default")).as("seed %s", seed)
                .allMatch((line) -> !line.isBlank());
        }
    }

}
