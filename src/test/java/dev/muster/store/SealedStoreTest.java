package dev.muster.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.muster.key.Sealing;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SealedStoreTest {

    private static final String CANARY = "hunter2-of-the-canary";

    private static final int LIMIT = 1 << 20;

    @TempDir
    Path data;

    private final List<Fact> found = new ArrayList<>();

    private final List<Damage> damage = new ArrayList<>();

    private static Fact secret(int number) {
        return Fact.create(new FactKey("config", "redis.prod", ""), number, 0, "alice", Fact.Retention.HISTORY,
                ("password = \"" + CANARY + "\"").getBytes(StandardCharsets.UTF_8), null);
    }

    private DiskFactLog open(Sealing sealing) throws IOException {
        this.found.clear();
        this.damage.clear();
        return DiskFactLog.open(this.data.resolve("facts"), sealing, InstantSource.system(), this.found::add,
                this.damage::add, Disk.LOCAL, new DiskFactLog.Settings(512, Duration.ofSeconds(1)));
    }

    private DiskContentStore contents() throws IOException {
        return DiskContentStore.open(this.data.resolve("contents"), Facts.SEALING, new SecureRandom());
    }

    /** Whether the canary lies in a file below a directory, in clear. */
    private static boolean isInClear(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(CANARY)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** As a release wrote it that sealed nothing. */
    private void writeEarlierSegment(Fact fact) throws IOException {
        byte[] encoded = fact.toBytes();
        ByteBuffer payload = ByteBuffer.allocate(Hash.LENGTH + encoded.length);
        payload.put(fact.hash().bytes()).put(encoded).flip();
        ByteBuffer file = ByteBuffer.allocate(Segment.TITLE_BYTES + Frame.BYTES + payload.remaining());
        file.put(Segment.EARLIER_TITLE.getBytes(StandardCharsets.US_ASCII));
        Frame.of(Frame.Kind.PLAIN_FACT, payload).write(file, 1, Segment.TITLE_BYTES);
        file.put(payload);
        Files.createDirectories(this.data.resolve("facts"));
        Files.write(this.data.resolve("facts/0000000001.facts"), file.array());
    }

    @Test
    void noFactLiesInClearAndAllAreReadAgain() throws IOException {
        try (DiskFactLog log = open(Facts.SEALING)) {
            Facts.append(log, secret(1));
            assertThat(log.read(secret(1).hash())).isEqualTo(secret(1));
        }
        assertThat(isInClear(this.data)).isFalse();
        open(Facts.SEALING).close();
        assertThat(this.found).containsExactly(secret(1));
    }

    @Test
    void whatAnEarlierReleaseWroteIsReadAndSealedWhenItIsMoved() throws IOException {
        writeEarlierSegment(secret(1));
        assertThat(isInClear(this.data)).as("the search finds what is there").isTrue();
        byte[] before = Files.readAllBytes(this.data.resolve("facts/0000000001.facts"));
        try (DiskFactLog log = open(Facts.SEALING)) {
            assertThat(this.found).containsExactly(secret(1));
            assertThat(log.read(secret(1).hash())).isEqualTo(secret(1));
            Facts.append(log, secret(2));
        }
        assertThat(Files.readAllBytes(this.data.resolve("facts/0000000001.facts")))
            .as("an earlier release can still read what it wrote")
            .isEqualTo(before);
        open(Facts.SEALING).close();
        assertThat(this.found).containsExactly(secret(1), secret(2));
        assertThat(this.damage).isEmpty();
    }

    @Test
    void aFactThatWasSealedWithAnotherKeyIsDamagedAndNotTold() throws IOException {
        try (DiskFactLog log = open(Facts.SEALING)) {
            Facts.append(log, secret(1));
        }
        byte[] key = new byte[Sealing.KEY_LENGTH];
        key[0] = 1;
        try (DiskFactLog log = open(new Sealing(key, new SecureRandom()))) {
            assertThat(this.found).isEmpty();
            assertThat(this.damage).extracting(Damage::reason)
                .containsExactly("A fact that does not open with the key of this node");
            Facts.append(log, secret(1));
            assertThat(log.read(secret(1).hash())).isEqualTo(secret(1));
        }
    }

    @Test
    void noContentLiesInClearAndAnyPartOfItIsRead() throws IOException {
        byte[] content = new byte[3 * SealedFile.BLOCK + 1_000];
        new Random(1).nextBytes(content);
        byte[] canary = CANARY.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(canary, 0, content, SealedFile.BLOCK - 4, canary.length);
        DiskContentStore store = contents();
        Hash hash = store.receive(new ByteArrayInputStream(content), LIMIT).hash();
        assertThat(hash).isEqualTo(Hash.of(content));
        assertThat(isInClear(this.data)).isFalse();
        DiskContentStore again = contents();
        assertThat(again.size(hash)).hasValue(content.length);
        for (int offset : new int[] { 0, 1, SealedFile.BLOCK - 4, SealedFile.BLOCK, 2 * SealedFile.BLOCK + 7,
                content.length - 1, content.length }) {
            for (int length : new int[] { 0, 1, SealedFile.BLOCK, SealedFile.BLOCK + 1, 256 * 1024 }) {
                assertThat(again.read(hash, offset, length))
                    .isEqualTo(Arrays.copyOfRange(content, offset, Math.min(content.length, offset + length)));
            }
        }
        again.copy(hash, this.data.resolve("copy"));
        assertThat(this.data.resolve("copy")).hasBinaryContent(content);
        assertThat(isInClear(this.data)).as("the search finds what is there").isTrue();
    }

    @Test
    void aContentThatWasCutOffWithinABlockIsGoneOnWith() throws IOException {
        byte[] content = new byte[2 * SealedFile.BLOCK + 1_000];
        new Random(2).nextBytes(content);
        Hash hash = Hash.of(content);
        for (int cut : new int[] { 1, SealedFile.BLOCK - 1, SealedFile.BLOCK, SealedFile.BLOCK + 1,
                2 * SealedFile.BLOCK + 500 }) {
            DiskContentStore store = contents();
            store.append(hash, 0, Arrays.copyOf(content, cut));
            Path part = this.data.resolve("contents").resolve(hash.hex() + ".part");
            if (cut > SealedFile.BLOCK) {
                // A process was killed while it wrote.
                byte[] file = Files.readAllBytes(part);
                Files.write(part, Arrays.copyOf(file, file.length - 1));
            }
            store = contents();
            int begun = (int) store.begun(hash);
            assertThat(begun).isEqualTo((cut > SealedFile.BLOCK) ? cut - cut % SealedFile.BLOCK : cut);
            store.append(hash, begun, Arrays.copyOfRange(content, begun, content.length));
            assertThat(store.complete(hash)).as("cut at " + cut).isTrue();
            store.copy(hash, this.data.resolve("copy"));
            assertThat(this.data.resolve("copy")).hasBinaryContent(content);
            store.delete(hash);
        }
    }

    @Test
    void blocksThatWereExchangedOrChangedAreFound() throws IOException {
        byte[] content = new byte[2 * SealedFile.BLOCK];
        new Random(3).nextBytes(content);
        DiskContentStore store = contents();
        Hash hash = store.receive(new ByteArrayInputStream(content), LIMIT).hash();
        Path file = this.data.resolve("contents").resolve(hash.hex());
        byte[] bytes = Files.readAllBytes(file);
        int block = SealedFile.BLOCK + Sealing.OVERHEAD;
        int head = bytes.length - 2 * block;
        byte[] exchanged = bytes.clone();
        System.arraycopy(bytes, head, exchanged, head + block, block);
        System.arraycopy(bytes, head + block, exchanged, head, block);
        Files.write(file, exchanged);
        assertThatThrownBy(() -> store.read(hash, 0, 10)).isInstanceOf(IOException.class)
            .hasMessageContaining("was damaged");
        assertThat(store.has(hash)).isFalse();
        assertThat(file).doesNotExist();
    }

    @Test
    void aContentThatAnEarlierReleaseWroteIsRead() throws IOException {
        byte[] content = CANARY.getBytes(StandardCharsets.UTF_8);
        Hash hash = Hash.of(content);
        Path directory = Files.createDirectories(this.data.resolve("contents"));
        Files.write(directory.resolve(hash.hex()), content);
        Files.write(directory.resolve(Hash.of(new byte[1]).hex() + ".part"), content);
        DiskContentStore store = contents();
        assertThat(store.size(hash)).hasValue(content.length);
        assertThat(store.read(hash, 3, 4)).isEqualTo(Arrays.copyOfRange(content, 3, 7));
        store.copy(hash, this.data.resolve("copy"));
        assertThat(store.begun(Hash.of(new byte[1]))).as("what was begun in clear is begun anew").isZero();
    }

}
