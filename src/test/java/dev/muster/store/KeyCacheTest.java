package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.muster.key.RingKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeyCacheTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path directory;

    private Path keys;

    private KeyCache cache;

    @BeforeEach
    void makeCache() {
        this.keys = this.directory.resolve("cache/keys");
        this.cache = new KeyCache(this.keys);
    }

    private static RingKey ringKey(String name, int second) {
        return RingKey.generate(name, NOON.plusSeconds(second), RANDOM);
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** As root, what is made here could be written whatever its mode is. */
    private static Path writable(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aDirectoryThatIsNotThereHoldsNoKeys() throws IOException {
        assertThat(this.cache.ringKeys("prod")).isEmpty();
        assertThat(this.cache.ringKeyFiles()).isEmpty();
    }

    @Test
    void aRingKeyIsAFileThatOnlyItsOwnerReads() throws IOException {
        RingKey key = ringKey("prod", 0);
        assertThat(this.cache.add(key)).isTrue();
        Path file = this.keys.resolve("prod-20261122120000.sym.key");
        assertThat(this.cache.file(key)).isEqualTo(file).hasContent(key.text());
        assertThat(mode(file)).isEqualTo("r--------");
        assertThat(mode(this.keys)).isEqualTo("rwx------");
        try (var files = Files.list(this.keys)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theNewestKeyOfARingIsTheFirst() throws IOException {
        RingKey old = ringKey("prod", 0);
        RingKey newest = ringKey("prod", 2);
        RingKey middle = ringKey("prod", 1);
        RingKey other = ringKey("prod-2", 9);
        for (RingKey key : new RingKey[] { old, newest, middle, other }) {
            this.cache.add(key);
        }
        Files.writeString(this.keys.resolve("prod-20270101000000.pub"), "else");
        Files.writeString(this.keys.resolve("prod.sym.key"), "else");
        Files.createDirectory(this.keys.resolve("prod-20270101000000.sym.key"));
        assertThat(this.cache.ringKeys("prod")).containsExactly(newest, middle, old);
        assertThat(this.cache.ringKeys("prod-2")).containsExactly(other);
        assertThat(this.cache.ringKeys("pro")).isEmpty();
        assertThat(this.cache.ringKeyFiles()).extracting((file) -> file.key().orElseThrow())
            .containsExactly(newest, middle, old, other);
    }

    @Test
    void theSameKeyAgainChangesNothing() throws IOException {
        RingKey key = ringKey("prod", 0);
        this.cache.add(key);
        Files.writeString(writable(this.cache.file(key)), key.text() + "\n");
        assertThat(this.cache.add(key)).isFalse();
        assertThat(this.cache.file(key)).hasContent(key.text() + "\n");
    }

    @Test
    void aKeyIsNeverReplaced() throws IOException {
        RingKey key = ringKey("prod", 0);
        RingKey other = ringKey("prod", 0);
        this.cache.add(key);
        assertThatThrownBy(() -> this.cache.add(other)).isInstanceOf(KeyConflictException.class)
            .hasMessageContaining("prod-20261122120000")
            .hasMessageNotContaining(other.text().substring(31));
        assertThat(this.cache.ringKeys("prod")).containsExactly(key);
    }

    @Test
    void aDamagedKeyIsNamedAndItsContentIsNot() throws IOException {
        RingKey key = ringKey("prod", 0);
        this.cache.add(key);
        this.cache.add(ringKey("other", 0));
        String secret = key.text().substring(31);
        Files.writeString(writable(this.cache.file(key)), key.text().replace("SYM", "SYN"));
        assertThatThrownBy(() -> this.cache.ringKeys("prod")).isInstanceOf(UnusableKeyException.class)
            .hasMessageContaining(this.cache.file(key).toString())
            .hasMessageNotContaining(secret);
        assertThat(this.cache.ringKeys("other")).hasSize(1);
        assertThat(this.cache.ringKeyFiles()).filteredOn((file) -> file.key().isEmpty())
            .singleElement()
            .satisfies((file) -> assertThat(file.problem()).contains("is damaged", "first line"));
    }

    @Test
    void aKeyUnderAnotherKeysNameIsDamaged() throws IOException {
        RingKey key = ringKey("prod", 0);
        this.cache.add(key);
        Files.move(this.cache.file(key), this.keys.resolve("prod-20261122120001.sym.key"));
        assertThatThrownBy(() -> this.cache.ringKeys("prod")).isInstanceOf(UnusableKeyException.class)
            .hasMessageContaining("it holds the key prod-20261122120000");
    }

    @Test
    void aDirectoryThatIsAFileIsSaid() throws IOException {
        Files.writeString(this.directory.resolve("cache"), "");
        assertThatThrownBy(() -> this.cache.add(ringKey("prod", 0))).isInstanceOf(UnusableKeyException.class)
            .hasMessageContaining("Cannot make the directory for keys " + this.keys + ": ");
    }

}
