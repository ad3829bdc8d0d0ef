package dev.muster.node;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;

import dev.muster.config.Toml;
import dev.muster.key.BoxMessage;
import dev.muster.key.SecretBoxKey;
import dev.muster.store.KeyCache;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GroupKeysTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final SecretBoxKey ALICE = SecretBoxKey.ofUser("alice", NOON, RANDOM);

    private static final SecretBoxKey GROUP = SecretBoxKey.ofGroup("redis.prod@acme", NOON, RANDOM);

    private static final String SECRET = "swordfish";

    @TempDir
    private Path directory;

    private GroupKeys keys;

    private Path sender;

    private Path recipient;

    @BeforeEach
    void nothingIsThere() {
        this.keys = new GroupKeys(new KeyCache(this.directory));
        this.sender = this.directory.resolve("alice-20261122120000.pub");
        this.recipient = this.directory.resolve("redis.prod@acme-20261122120000.box.key");
    }

    private void give() throws IOException {
        Files.writeString(this.sender, ALICE.publicKey().text());
        Files.writeString(this.recipient, GROUP.text());
    }

    private static byte[] sealed(byte[] content) {
        return BoxMessage.seal(content, ALICE, GROUP.publicKey(), RANDOM).text().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] sealed(String text) {
        return sealed(text.getBytes(StandardCharsets.UTF_8));
    }

    private static dev.muster.key.Envelope envelope() {
        return new dev.muster.key.Envelope(ALICE.id(), GROUP.id());
    }

    @Test
    void whatIsMissingIsNamedAndCountsOnceNobodyWritesItAnyLonger() throws IOException {
        assertThat(this.keys.missing(envelope())).hasValueSatisfying((text) -> assertThat(text)
            .startsWith("waits for the key file " + this.sender + " and " + this.recipient)
            .contains("encrypted by alice for redis.prod@acme"));
        assertThat(this.keys.look()).isFalse();
        give();
        assertThat(this.keys.look()).isFalse();
        assertThat(this.keys.missing(envelope())).isPresent();
        assertThat(this.keys.look()).isTrue();
        assertThat(this.keys.missing(envelope())).isEmpty();
        assertThat(this.keys.look()).isFalse();
        Files.setLastModifiedTime(this.sender, FileTime.from(NOON));
        assertThat(this.keys.look()).isTrue();
        assertThat(this.keys.missing(envelope()))
            .hasValueSatisfying((text) -> assertThat(text).startsWith("waits for the key file " + this.sender + ":"));
        assertThat(this.keys.look()).isTrue();
        Files.delete(this.recipient);
        assertThat(this.keys.look()).isTrue();
        assertThat(this.keys.missing(envelope())).isPresent();
    }

    @Test
    void aLayerOpensWithBothKeysAndWaitsForThem() throws IOException {
        byte[] layer = sealed("port = 1\n");
        GroupKeys.Opened waiting = this.keys.open("2-x", layer);
        assertThat(waiting.awaited()).contains(this.sender.toString(), this.recipient.toString());
        assertThat(waiting.layer()).isEmpty();
        give();
        GroupKeys.Opened opened = this.keys.open("2-x", layer);
        assertThat(opened.layer()).isEqualTo(Toml.parse("port = 1\n"));
        assertThat(opened.awaited()).isNull();
        assertThat(opened.encrypted().by()).isEqualTo("encrypted by alice for redis.prod@acme");
        assertThat(opened.toString()).doesNotContain("port");
    }

    @Test
    void whatDoesNotOpenOrIsNoConfigurationIsToldWithoutAWordOfIt() throws IOException {
        give();
        told(sealed("a = 1\nb = " + SECRET + "\n"),
                "revision 2-x, encrypted by alice for redis.prod@acme, is no TOML" + " from line 2, column");
        byte[] binary = ("a = '" + SECRET + "'").getBytes(StandardCharsets.UTF_8);
        binary[5] = (byte) 0xff;
        told(sealed(binary), "is no UTF-8 text");
        Files.writeString(this.sender, SecretBoxKey.ofUser("alice", NOON, RANDOM).publicKey().text());
        told(sealed("a = '" + SECRET + "'"), "cannot be opened: it was made with other keys");
        Files.writeString(this.sender, "BOX-PUB-1\n");
        told(sealed("a = '" + SECRET + "'"), "The key file " + this.sender + " is damaged");
    }

    private void told(byte[] layer, String why) {
        GroupKeys.Opened opened = this.keys.open("2-x", layer);
        assertThat(opened.awaited()).isNull();
        assertThat(opened.layer()).isEmpty();
        assertThat(opened.encrypted().toString()).contains(why).doesNotContain(SECRET);
    }

    @Test
    void aFileOpensOrSaysWhy() throws IOException {
        byte[] content = new byte[100_000];
        RANDOM.nextBytes(content);
        byte[] box = sealed(content);
        assertThatThrownBy(() -> open(box)).isInstanceOf(IOException.class)
            .hasMessageContaining("waits for the key file " + this.sender);
        give();
        assertThat(open(box)).isEqualTo(content);
        // Another letter of the same alphabet.
        box[box.length - 3] = (byte) ((box[box.length - 3] == 'A') ? 'B' : 'A');
        assertThatThrownBy(() -> open(box)).isInstanceOf(IOException.class).hasMessageContaining("cannot be opened");
    }

    private byte[] open(byte[] box) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        this.keys.open(() -> new ByteArrayInputStream(box), out);
        return out.toByteArray();
    }

}
