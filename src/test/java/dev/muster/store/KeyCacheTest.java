package dev.muster.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.muster.key.NamedRevision;
import dev.muster.key.RingKey;
import dev.muster.key.SecretBoxKey;

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

    /** As containers do that share one directory. */
    @Test
    void severalMayWriteOneDirectoryAtOnce() throws Exception {
        KeyCache other = new KeyCache(this.keys);
        Files.createDirectories(this.keys);
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            for (int second = 0; second < 50; second++) {
                RingKey key = ringKey("prod", second);
                RingKey rival = ringKey("rivals", second);
                RingKey same = ringKey("rivals", second);
                CyclicBarrier together = new CyclicBarrier(2);
                List<String> few = List.of(key.revision());
                List<String> many = Collections.nCopies(500, key.revision());
                Future<List<String>> one = both.submit(() -> write(together, this.cache, key, rival, few));
                Future<List<String>> two = both.submit(() -> write(together, other, key, same, many));
                assertThat(List.of(one.get().get(0), two.get().get(0))).as("the same key")
                    .containsExactlyInAnyOrder("added", "there already");
                assertThat(List.of(one.get().get(1), two.get().get(1))).as("two of one name")
                    .containsExactlyInAnyOrder("added", "refused");
                assertThat(new KeysInUse(this.keys).of("prod")).isIn(few, many);
            }
        }
        finally {
            both.shutdownNow();
        }
        try (var files = Files.list(this.keys)) {
            assertThat(files).as("nothing is left half written").noneMatch((file) -> file.toString().contains(".new"));
        }
    }

    private static List<String> write(CyclicBarrier together, KeyCache cache, RingKey key, RingKey rival,
            List<String> inUse) throws Exception {
        together.await(20, TimeUnit.SECONDS);
        String first = cache.add(key) ? "added" : "there already";
        new KeysInUse(cache.directory()).save("prod", inUse);
        together.await(20, TimeUnit.SECONDS);
        try {
            return List.of(first, cache.add(rival) ? "added" : "there already");
        }
        catch (KeyConflictException ex) {
            return List.of(first, "refused");
        }
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

    @Test
    void bothHalvesOfAKeyAreKept() throws IOException {
        SecretBoxKey key = SecretBoxKey.ofGroup("redis.prod@acme", NOON, RANDOM);
        assertThat(this.cache.add(key)).isTrue();
        assertThat(this.cache.add(key)).isFalse();
        assertThat(mode(this.keys.resolve("redis.prod@acme-20261122120000.box.key"))).isEqualTo("r--------");
        assertThat(mode(this.keys.resolve("redis.prod@acme-20261122120000.pub"))).isEqualTo("r--r--r--");
        assertThat(this.cache.secretKeys("redis.prod@acme")).containsExactly(key);
        assertThat(this.cache.publicKeys("redis.prod@acme")).containsExactly(key.publicKey());
        assertThat(this.cache.secretKey(key.id())).contains(key);
        assertThat(this.cache.publicKey(key.id())).contains(key.publicKey());
        assertThat(this.cache.secretKey(NamedRevision.at("redis.prod", NOON))).isEmpty();
        assertThat(this.cache.publicKeys("redis.prod")).isEmpty();
    }

    @Test
    void noHalfIsLeftBehindWhereTheOtherIsTaken() throws IOException {
        SecretBoxKey key = SecretBoxKey.ofUser("alice", NOON, RANDOM);
        SecretBoxKey other = SecretBoxKey.ofUser("alice", NOON, RANDOM);
        this.cache.add(other);
        Files.delete(this.cache.file(other));
        assertThatThrownBy(() -> this.cache.add(key)).isInstanceOf(KeyConflictException.class);
        assertThat(this.cache.secretKeys("alice")).isEmpty();
    }

    /** Packages are checked with them, and they are called the same. */
    @Test
    void keysOfSignaturesLieBesideOthers() throws IOException {
        Files.createDirectories(this.keys);
        Files.writeString(this.keys.resolve("alice-20261122120000.pub"),
                "SIG-PUB-1\nalice-20261122120000\n\nJ+FGYVKgragA+dzQHCGORd2oLwCc2EvAnT9roz9BJh0=");
        assertThat(this.cache.publicKeys("alice")).isEmpty();
        SecretBoxKey later = SecretBoxKey.ofUser("alice", NOON.plusSeconds(1), RANDOM);
        this.cache.add(later);
        assertThat(this.cache.publicKeys("alice")).containsExactly(later.publicKey());
        assertThatThrownBy(() -> this.cache.add(SecretBoxKey.ofUser("alice", NOON, RANDOM)))
            .isInstanceOf(KeyConflictException.class);
    }

    @Test
    void aNewKeyIsTheNewestWhateverTheClockSays() throws IOException {
        assertThat(this.cache.next("prod", NOON)).isEqualTo(NOON);
        this.cache.add(ringKey("prod", 0));
        this.cache.add(ringKey("other", 90));
        assertThat(this.cache.next("prod", NOON)).isEqualTo(NOON.plusSeconds(1));
        assertThat(this.cache.next("prod", NOON.minusSeconds(3600))).isEqualTo(NOON.plusSeconds(1));
        assertThat(this.cache.next("prod", NOON.plusSeconds(5))).isEqualTo(NOON.plusSeconds(5));
    }

    @Test
    void theDirectoryIsNamedByOptionThenEnvironmentThenRoot() {
        RootLayout layout = new RootLayout(this.directory);
        Map<String, String> environment = Map.of("HAB_CACHE_KEY_PATH", "/e");
        assertThat(KeyCache.choose(Optional.of("/o"), environment, layout).directory()).isEqualTo(Path.of("/o"));
        assertThat(KeyCache.choose(Optional.empty(), environment, layout).directory()).isEqualTo(Path.of("/e"));
        assertThat(KeyCache.choose(Optional.empty(), Map.of("HAB_CACHE_KEY_PATH", ""), layout).directory())
            .isEqualTo(this.keys);
    }

    @Test
    void aKeyThatIsBarredSaysWhoMayReadIt() throws IOException {
        this.cache.add(ringKey("prod", 0));
        UnusableKeyException barred = UnusableKeyException.barred("read the key",
                this.keys.resolve("prod-20261122120000.sym.key"), new AccessDeniedException("it"));
        assertThat(barred.isDenied()).isTrue();
        assertThat(barred).hasMessageContaining("permission denied for user ")
            .hasMessageEndingWith("; run this as user " + Files.getOwner(this.keys).getName());
    }

}
