package dev.muster.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Everything here that reads what somebody else wrote, given what nobody would write. */
class DecodersTest {

    private static final int CASES = Integer.getInteger("muster.cases", 1000);

    private static final SecureRandom SECURE = new SecureRandom();

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static final SecretBoxKey ALICE = SecretBoxKey.ofUser("alice", NOON, SECURE);

    private static final SecretBoxKey GROUP = SecretBoxKey.ofGroup("redis.prod@acme", NOON, SECURE);

    private static final String MARK = "swordfish";

    private static final BoxMessage MESSAGE = BoxMessage.seal(MARK.getBytes(StandardCharsets.UTF_8), ALICE,
            GROUP.publicKey(), SECURE);

    private static final Sealing SEALING = new Sealing(new byte[Sealing.KEY_LENGTH], SECURE);

    private static final List<String> WORDS = List.of("\n", "\r\n", "SYM-SEC-1", "BOX-1", "BOX-PUB-1", "BOX-SEC-1",
            "a-20261122120000", "../", "=", "==", "AAAA", "\0", "\u2028", "\u00e4", " ", "-", "99999999999999");

    /** A text with a few changes of all kinds, or one of words by lot. */
    private static String mutate(String text, Random random) {
        StringBuilder changed = new StringBuilder((random.nextInt(20) == 0) ? "" : text);
        for (int change = random.nextInt(6); change >= 0; change--) {
            int at = random.nextInt(changed.length() + 1);
            int end = Math.min(changed.length(), at + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> changed.delete(at, end);
                case 1 -> changed.insert(at, WORDS.get(random.nextInt(WORDS.size())));
                case 2 -> changed.insert(at, (char) random.nextInt(0x10000));
                case 3 -> changed.insert(at, changed.substring(at, end));
                case 4 -> changed.setLength(at);
                default -> {
                    if (at < changed.length()) {
                        changed.setCharAt(at, (char) (changed.charAt(at) ^ (1 << random.nextInt(8))));
                    }
                }
            }
        }
        return changed.toString();
    }

    /** Either it is read, or it is refused in words that hold nothing of it. */
    private static void everyCase(String text, Consumer<String> decoder, Class<? extends Exception> refusal) {
        String secret = text.lines().reduce("", (before, line) -> line);
        int refused = 0;
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            String changed = mutate(text, random);
            try {
                decoder.accept(changed);
            }
            catch (RuntimeException ex) {
                if (ex.getClass() != refusal || ex.getMessage().length() > 700 || holds(ex.getMessage(), secret)) {
                    throw new AssertionError("seed " + seed + ": " + changed, ex);
                }
                refused++;
            }
        }
        // Most of them are wrong, and some are not: this tried both.
        assertThat(refused).isBetween(CASES / 2, CASES - 1);
    }

    private static boolean holds(String message, String secret) {
        return IntStream.range(0, secret.length() - 12)
            .anyMatch((at) -> message.contains(secret.substring(at, at + 12)));
    }

    @Test
    void keysAreReadOrRefused() {
        everyCase(RingKey.generate("prod", NOON, SECURE).text(),
                (text) -> assertThat(RingKey.parse(RingKey.parse(text).text())).isEqualTo(RingKey.parse(text)),
                InvalidKeyException.class);
        everyCase(ALICE.text(), (text) -> SecretBoxKey.parse(text).publicKey(), InvalidKeyException.class);
        everyCase(GROUP.publicKey().text(), PublicBoxKey::parse, InvalidKeyException.class);
    }

    @Test
    void messagesAreReadOrRefused() {
        everyCase(MESSAGE.text(), (text) -> {
            BoxMessage message = BoxMessage.parse(text);
            assertThat(BoxMessage.parse(message.text())).isEqualTo(message);
            if (message.equals(MESSAGE)) {
                assertThat(message.open(ALICE.publicKey(), GROUP)).asString().isEqualTo(MARK);
            }
        }, UnreadableMessageException.class);
    }

    @Test
    void aMessageThatWasChangedNeverOpens() {
        for (int seed = 0; seed < CASES; seed++) {
            String[] lines = MESSAGE.text().split("\n");
            int line = 3 + seed % 2;
            lines[line] = mutate(lines[line], new Random(seed));
            try {
                BoxMessage message = BoxMessage.parse(String.join("\n", lines));
                byte[] content = message.open(ALICE.publicKey(), GROUP);
                assertThat(message).as("seed %d", seed).isEqualTo(MESSAGE);
                assertThat(content).asString().isEqualTo(MARK);
            }
            catch (UnreadableMessageException ex) {
                assertThat(ex).hasMessageNotContaining(MARK);
            }
        }
    }

    @Test
    void whatWasSealedAndChangedNeverOpens() {
        byte[] place = { 1 };
        byte[] whole = SEALING.seal(MARK.getBytes(StandardCharsets.UTF_8), place);
        for (int seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            byte[] changed = Arrays.copyOf(whole, random.nextInt(whole.length * 2));
            for (int change = random.nextInt(4); change > 0 && changed.length > 0; change--) {
                changed[random.nextInt(changed.length)] ^= (byte) random.nextInt(256);
            }
            try {
                SEALING.open(changed, place);
                assertThat(changed).as("seed %d", seed).isEqualTo(whole);
            }
            catch (UnreadableMessageException ex) {
                assertThat(changed).as("seed %d", seed).isNotEqualTo(whole);
            }
        }
    }

    @Test
    void namesAreReadOrRefusedWhateverTheirLength() {
        for (int seed = 0; seed < CASES; seed++) {
            String text = mutate("redis.prod@acme-20261122120000", new Random(seed));
            try {
                NamedRevision id = NamedRevision.parse(text);
                assertThat(id).as("seed %d", seed).hasToString(text).isEqualTo(NamedRevision.at(id.name(), id.time()));
                assertThat(id.name()).matches("[A-Za-z0-9][A-Za-z0-9_.@-]*");
            }
            catch (InvalidKeyException ex) {
                assertThat(ex.getMessage()).hasSizeLessThan(200);
            }
        }
    }

}
