package dev.muster.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;

import dev.muster.rumor.Hash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class DiskContentStoreTest {

    private static final int LIMIT = 1_000;

    private static final byte[] CONTENT = new byte[120];

    private static final Hash HASH;

    static {
        new Random(1).nextBytes(CONTENT);
        HASH = Hash.of(CONTENT);
    }

    @TempDir
    Path directory;

    private final TroubledDisk disk = new TroubledDisk();

    private DiskContentStore store;

    @BeforeEach
    void open() throws IOException {
        this.store = DiskContentStore.open(this.directory, this.disk, Facts.SEALING, new SecureRandom());
    }

    private static InputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private long files() throws IOException {
        try (var files = Files.list(this.directory)) {
            return files.count();
        }
    }

    @Test
    void whatWasReceivedIsSyncedAndThereAfterARestart() throws IOException {
        assertThat(this.store.receive(in(CONTENT), LIMIT)).isEqualTo(new DiskContentStore.Received(HASH, 120));
        assertThat(this.disk.syncs()).isPositive();
        DiskContentStore again = DiskContentStore.open(this.directory, Facts.SEALING, new SecureRandom());
        assertThat(again.has(HASH)).isTrue();
        assertThat(again.held()).containsExactly(HASH);
        assertThat(again.read(HASH, 110, 100)).isEqualTo(Arrays.copyOfRange(CONTENT, 110, 120));
        assertThat(again.read(HASH, 120, 1)).isEmpty();
        again.delete(HASH);
        assertThat(again.has(HASH)).isFalse();
        assertThat(files()).isZero();
    }

    @Test
    void whatIsTooLargeIsReadToItsEndAndNotKept() throws IOException {
        byte[] large = new byte[LIMIT + 100_000];
        InputStream in = in(large);
        ContentTooLargeException refused = catchThrowableOfType(ContentTooLargeException.class,
                () -> this.store.receive(in, LIMIT));
        assertThat(refused.limit()).isEqualTo(LIMIT);
        assertThat(refused.size()).isEqualTo(large.length);
        assertThat(in.available()).isZero();
        assertThat(files()).isZero();
        assertThat(this.store.receive(in(new byte[LIMIT]), LIMIT).size()).isEqualTo(LIMIT);
    }

    @Test
    void aFullDiskAndAFailedSyncKeepNothing() throws IOException {
        this.disk.fill(50);
        assertThatThrownBy(() -> this.store.receive(in(CONTENT), LIMIT)).isInstanceOf(StorageFullException.class);
        assertThatThrownBy(() -> this.store.append(HASH, 0, CONTENT)).isInstanceOf(StorageFullException.class);
        this.disk.heal();
        this.disk.failSyncs();
        assertThatThrownBy(() -> this.store.receive(in(CONTENT), LIMIT)).isInstanceOf(IOException.class);
        this.store.append(HASH, 0, CONTENT);
        assertThatThrownBy(() -> this.store.complete(HASH)).isInstanceOf(IOException.class);
        assertThat(this.store.has(HASH)).isFalse();
        // What a failed sync leaves is not to be relied on.
        assertThat(this.store.begun(HASH)).isZero();
        assertThat(files()).isZero();
        this.disk.heal();
        this.store.append(HASH, 0, CONTENT);
        assertThat(this.store.complete(HASH)).isTrue();
    }

    @Test
    void aBeginningThatWasCutAnywhereIsGoneOnWith() throws IOException {
        for (int cut = 0; cut <= CONTENT.length; cut++) {
            this.store.append(HASH, 0, Arrays.copyOf(CONTENT, cut));
            DiskContentStore again = DiskContentStore.open(this.directory, Facts.SEALING, new SecureRandom());
            assertThat(again.has(HASH)).isFalse();
            assertThat(again.begun(HASH)).isEqualTo(cut);
            again.append(HASH, cut, Arrays.copyOfRange(CONTENT, cut, CONTENT.length));
            assertThat(again.complete(HASH)).isTrue();
            assertThat(again.read(HASH, 0, CONTENT.length)).isEqualTo(CONTENT);
            again.delete(HASH);
        }
    }

    @Test
    void whatIsAnotherContentIsForgotten() throws IOException {
        byte[] other = CONTENT.clone();
        other[119] ^= 1;
        this.store.append(HASH, 0, other);
        assertThat(this.store.complete(HASH)).isFalse();
        assertThat(this.store.held()).isEmpty();
        assertThat(files()).isZero();
        assertThat(this.store.complete(Hash.of(new byte[0]))).isTrue();
    }

    @Test
    void aDamagedContentIsSetAsideWhenItIsCopied(@TempDir Path elsewhere) throws IOException {
        this.store.receive(in(CONTENT), LIMIT);
        this.store.copy(HASH, elsewhere.resolve("good"));
        assertThat(elsewhere.resolve("good")).hasBinaryContent(CONTENT);
        Files.write(this.directory.resolve(HASH.hex()), new byte[] { 1 }, StandardOpenOption.APPEND);
        assertThatThrownBy(() -> this.store.copy(HASH, elsewhere.resolve("bad"))).hasMessageContaining("damaged");
        assertThat(this.store.has(HASH)).isFalse();
        assertThat(this.directory.resolve(HASH.hex() + ".damaged")).exists();
        assertThat(this.store.receive(in(CONTENT), LIMIT).hash()).isEqualTo(HASH);
        this.store.copy(HASH, elsewhere.resolve("mended"));
    }

    @Test
    void whatWasBeingReceivedWhenTheNodeEndedIsGone() throws IOException {
        Files.write(this.directory.resolve("received-7"), CONTENT);
        DiskContentStore.open(this.directory, Facts.SEALING, new SecureRandom());
        assertThat(files()).isZero();
    }

}
