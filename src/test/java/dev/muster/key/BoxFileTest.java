package dev.muster.key;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BoxFileTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final SecretBoxKey ALICE = SecretBoxKey.ofUser("alice", NOON, RANDOM);

    private static final SecretBoxKey GROUP = SecretBoxKey.ofGroup("redis.prod@acme", NOON, RANDOM);

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String sealed(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BoxFile.seal(() -> new ByteArrayInputStream(content), ALICE, GROUP.publicKey(), RANDOM, out);
        return out.toString(StandardCharsets.US_ASCII);
    }

    private static byte[] opened(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BoxFile.open(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), ALICE.publicKey(), GROUP,
                out);
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 2, 3, 15, 16, 17, 63, 64, 65, 16_383, 16_384, 16_385, 200_000 })
    void aFileIsTheSameMessageAsOneInMemory(int length) throws IOException {
        byte[] content = bytes(length);
        String text = sealed(content);
        assertThat(BoxMessage.parse(text).open(ALICE.publicKey(), GROUP)).isEqualTo(content);
        assertThat(BoxMessage.length(length, new Envelope(ALICE.id(), GROUP.id()))).isEqualTo(text.length());
        String message = BoxMessage.seal(content, ALICE, GROUP.publicKey(), RANDOM).text();
        assertThat(opened(message)).isEqualTo(content);
        assertThat(opened(message + "\n")).isEqualTo(content);
        assertThat(opened(message.replace("\n", "\r\n") + "\r\n")).isEqualTo(content);
    }

    @Test
    void theLongestThatFitsDoesAndOneMoreDoesNot() {
        Envelope envelope = new Envelope(ALICE.id(), GROUP.id());
        for (long limit = 65_530; limit <= 65_540; limit++) {
            long longest = BoxMessage.longest(limit, envelope);
            assertThat(BoxMessage.length(longest, envelope)).isLessThanOrEqualTo(limit);
            assertThat(BoxMessage.length(longest + 1, envelope)).isGreaterThan(limit);
        }
    }

    @Test
    void whoseItIsStandsBeforeIt() throws IOException {
        byte[] text = sealed(bytes(100_000)).getBytes(StandardCharsets.US_ASCII);
        Envelope envelope = BoxFile.envelope(new ByteArrayInputStream(text, 0, 300));
        assertThat(envelope).isEqualTo(new Envelope(ALICE.id(), GROUP.id()));
        assertThat(envelope.text()).isEqualTo("encrypted by alice for redis.prod@acme");
        assertThatThrownBy(() -> BoxFile.envelope(new ByteArrayInputStream(new byte[1000])))
            .isInstanceOf(UnreadableMessageException.class);
    }

    @Test
    void aChangeIsNoticed() throws IOException {
        byte[] content = bytes(50_000);
        String text = sealed(content);
        int box = text.lastIndexOf('\n') + 1;
        Random random = new Random(1);
        for (int round = 0; round < 50; round++) {
            byte[] changed = Base64.getDecoder().decode(text.substring(box));
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            String other = text.substring(0, box) + Base64.getEncoder().encodeToString(changed);
            assertThatThrownBy(() -> opened(other)).isInstanceOf(UnreadableMessageException.class)
                .hasMessageContaining("cannot be opened");
        }
        SecretBoxKey other = SecretBoxKey.ofGroup("redis.prod@acme", NOON, RANDOM);
        assertThatThrownBy(() -> BoxFile.open(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)),
                ALICE.publicKey(), other, new ByteArrayOutputStream()))
            .isInstanceOf(UnreadableMessageException.class);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',         its first line is something else
            'x',        cannot be opened
            '$',        its box is not base64
            'AAEC\\nx', something follows its line 5
            'AAEC\\rx', something follows its line 5
            """)
    void whatIsNoMessageIsToldWithoutShowingIt(String box, String why) throws IOException {
        String text = sealed(bytes(10));
        String head = text.substring(0, text.lastIndexOf('\n') + 1);
        String other = box.isEmpty() ? "" : head + box.replace("\\n", "\n").replace("\\r", "\r").replace("x", "AAEC");
        assertThatThrownBy(() -> opened(other)).isInstanceOf(UnreadableMessageException.class)
            .hasMessageContaining(why)
            .hasNoCause();
    }

    @Test
    void aFileThatChangesWhileItIsReadIsNotSealed() {
        int[] readings = { 0 };
        assertThatThrownBy(() -> BoxFile.seal(() -> new ByteArrayInputStream(bytes(100 + readings[0]++)), ALICE,
                GROUP.publicKey(), RANDOM, new ByteArrayOutputStream()))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("it was changed while it was encrypted");
    }

}
