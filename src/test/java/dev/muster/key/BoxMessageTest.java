package dev.muster.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BoxMessageTest {

    /** What the tests of NaCl use (tests/box.c, tests/scalarmult.c). */
    private static final SecretBoxKey ALICE = secret("alice-20090310000000",
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");

    private static final SecretBoxKey BOB = secret("redis.prod@acme-20090310000000",
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");

    private static final byte[] NONCE = HexFormat.of().parseHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");

    private static final byte[] MESSAGE = HexFormat.of()
        .parseHex("be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffc"
                + "e5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
                + "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde"
                + "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864" + "5e0705");

    private static final byte[] BOX = HexFormat.of()
        .parseHex("f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce"
                + "48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c972"
                + "71d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae"
                + "90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b3"
                + "7973f622a43d14a6599b1f654cb45a74e355a5");

    private static final String TEXT = "BOX-1\nalice-20090310000000\nredis.prod@acme-20090310000000\n"
            + Base64.getEncoder().encodeToString(NONCE) + "\n" + Base64.getEncoder().encodeToString(BOX);

    private static final SecureRandom RANDOM = new SecureRandom();

    private static SecretBoxKey secret(String id, String hex) {
        return SecretBoxKey
            .parse("BOX-SEC-1\n" + id + "\n\n" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)));
    }

    @Test
    void aSecretKeyHasItsPublicHalfInIt() {
        assertThat(HexFormat.of().formatHex(ALICE.publicKey().point()))
            .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(HexFormat.of().formatHex(BOB.publicKey().point()))
            .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        assertThat(PublicBoxKey.parse(ALICE.publicKey().text())).isEqualTo(ALICE.publicKey())
            .hasSameHashCodeAs(ALICE.publicKey());
    }

    @Test
    void aBoxIsTheOneOfNacl() {
        CryptoBox there = CryptoBox.between(ALICE, BOB.publicKey()).orElseThrow();
        CryptoBox back = CryptoBox.between(BOB, ALICE.publicKey()).orElseThrow();
        assertThat(there.seal(MESSAGE, NONCE)).isEqualTo(BOX);
        assertThat(back.open(BOX, NONCE)).contains(MESSAGE);
    }

    @Test
    void aMessageOfNaclOpens() {
        BoxMessage message = BoxMessage.parse(TEXT);
        assertThat(message.sender()).hasToString("alice-20090310000000");
        assertThat(message.recipient()).hasToString("redis.prod@acme-20090310000000");
        assertThat(message.open(ALICE.publicKey(), BOB)).isEqualTo(MESSAGE);
        assertThat(message.text()).isEqualTo(TEXT);
        assertThat(BoxMessage.parse(TEXT + "\n")).isEqualTo(message).hasSameHashCodeAs(message);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 65_536 })
    void everyLengthComesBack(int length) {
        byte[] content = new byte[length];
        RANDOM.nextBytes(content);
        BoxMessage message = BoxMessage.seal(content, ALICE, BOB.publicKey(), RANDOM);
        assertThat(BoxMessage.parse(message.text()).open(ALICE.publicKey(), BOB)).isEqualTo(content);
    }

    @Test
    void theSameContentIsNeverTheSameMessage() {
        byte[] content = "port = 1".getBytes(StandardCharsets.UTF_8);
        assertThat(BoxMessage.seal(content, ALICE, BOB.publicKey(), RANDOM))
            .isNotEqualTo(BoxMessage.seal(content, ALICE, BOB.publicKey(), RANDOM));
    }

    @Test
    void aChangeOfAnyBitKeepsItShut() {
        byte[] nonce = NONCE.clone();
        byte[] box = BOX.clone();
        CryptoBox between = CryptoBox.between(BOB, ALICE.publicKey()).orElseThrow();
        for (int bit = 0; bit < box.length * 8; bit++) {
            box[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(between.open(box, nonce)).isEmpty();
            box[bit / 8] ^= (byte) (1 << (bit % 8));
        }
        for (int bit = 0; bit < nonce.length * 8; bit++) {
            nonce[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(between.open(box, nonce)).isEmpty();
            nonce[bit / 8] ^= (byte) (1 << (bit % 8));
        }
        assertThat(between.open(new byte[15], nonce)).isEmpty();
        assertThat(between.open(box, nonce)).contains(MESSAGE);
    }

    @Test
    void otherKeysOfTheSameNamesDoNotOpenIt() {
        BoxMessage message = BoxMessage.parse(TEXT);
        SecretBoxKey alice = SecretBoxKey.ofUser("alice", ALICE.id().time(), RANDOM);
        SecretBoxKey bob = SecretBoxKey.ofGroup("redis.prod@acme", BOB.id().time(), RANDOM);
        assertThatThrownBy(() -> message.open(alice.publicKey(), BOB)).isInstanceOf(UnreadableMessageException.class)
            .hasMessageContaining("alice-20090310000000 to redis.prod@acme-20090310000000 cannot be opened");
        assertThatThrownBy(() -> message.open(ALICE.publicKey(), bob)).isInstanceOf(UnreadableMessageException.class);
    }

    @Test
    void keysOfOtherNamesAreNotTried() {
        SecretBoxKey carol = secret("carol-20090310000000",
                "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        assertThatThrownBy(() -> BoxMessage.parse(TEXT).open(carol.publicKey(), BOB))
            .isInstanceOf(UnreadableMessageException.class)
            .hasMessageContaining("and the keys are those of carol-20090310000000 and redis.prod@acme");
    }

    /** With these points, the shared secret is zero for everybody. */
    @ParameterizedTest
    @ValueSource(strings = { "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" })
    void aPointThatMakesEverySecretTheSameIsRefused(String hex) {
        PublicBoxKey weak = new PublicBoxKey(BOB.id(), HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> BoxMessage.seal(new byte[1], ALICE, weak, RANDOM))
            .isInstanceOf(InvalidKeyException.class)
            .hasMessageContaining("redis.prod@acme-20090310000000");
        PublicBoxKey sender = new PublicBoxKey(ALICE.id(), HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> BoxMessage.parse(TEXT).open(sender, BOB))
            .isInstanceOf(UnreadableMessageException.class);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',                                    its first line is something else
            'BOX-2\\nFROM\\nTO\\nNONCE\\nBOX',     its first line is something else
            'ANONYMOUS-BOX-1\\nTO\\nBOX',          it does not say who encrypted it
            'BOX-1',                               it ends after line 1 of 5
            'BOX-1\\nFROM\\nTO\\nNONCE',           it ends after line 4 of 5
            'BOX-1\\nFROM\\nTO\\nNONCE\\nBOX\\nx', something follows its line 5
            'BOX-1\\n../a\\nTO\\nNONCE\\nBOX',     the sender: it does not name a key
            'BOX-1\\nFROM\\nprod\\nNONCE\\nBOX',   the recipient: it does not name a key
            'BOX-1\\nFROM\\nTO\\nNONCE!\\nBOX',    its nonce is not base64
            'BOX-1\\nFROM\\nTO\\nAAEC\\nBOX',      its nonce has 3 bytes and not 24
            'BOX-1\\nFROM\\nTO\\nNONCE\\nBOX!',    its box is not base64
            'BOX-1\\nFROM\\nTO\\nNONCE\\nAAEC',    'its box has 3 bytes, fewer than an empty one'
            """)
    void whatIsNoMessageIsToldWithoutShowingIt(String pattern, String why) {
        String[] lines = TEXT.split("\n");
        String text = pattern.replace("\\n", "\n")
            .replace("FROM", lines[1])
            .replace("TO", lines[2])
            .replace("NONCE", lines[3])
            .replaceAll("\nBOX", "\n" + lines[4].replace("$", ""));
        assertThatThrownBy(() -> BoxMessage.parse(text)).isInstanceOf(UnreadableMessageException.class)
            .hasMessageContaining(why)
            .hasMessageNotContaining(lines[4])
            .hasNoCause();
    }

    @Test
    void whatIsMeantToBeAMessageIsToldFromToml() {
        assertThat(BoxMessage.isMeantBy(TEXT)).isTrue();
        assertThat(BoxMessage.isMeantBy("BOX-1\r\n")).isTrue();
        assertThat(BoxMessage.isMeantBy("BOX-1 = 1")).isFalse();
        assertThat(BoxMessage.isMeantBy("")).isFalse();
    }

    @Test
    void usersAndGroupsCannotHaveEachOthersNames() {
        Instant now = Instant.parse("2026-11-22T20:15:00Z");
        assertThat(SecretBoxKey.ofUser("alice.smith", now, RANDOM).id()).hasToString("alice.smith-20261122201500");
        assertThat(SecretBoxKey.ofGroup("redis.prod@acme", now, RANDOM).publicKey().id())
            .hasToString("redis.prod@acme-20261122201500");
        assertThatThrownBy(() -> SecretBoxKey.ofUser("redis.prod@acme", now, RANDOM))
            .isInstanceOf(InvalidKeyException.class)
            .hasMessageContaining("redis.prod@acme");
        for (String name : new String[] { "redis.prod", "redis@acme", "a.b.c@acme", "a.b@c@d", "../x.y@z" }) {
            assertThatThrownBy(() -> SecretBoxKey.ofGroup(name, now, RANDOM)).isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining(name);
        }
    }

    @Test
    void nothingShowsASecretKey() {
        String secret = ALICE.text().lines().toList().get(3);
        assertThat(ALICE.toString()).contains("alice-20090310000000").doesNotContain(secret, "7707", "119, 7");
        assertThat(BoxMessage.parse(TEXT).toString()).doesNotContain(TEXT.split("\n")[4]);
        assertThat(SecretBoxKey.parse(ALICE.text())).isEqualTo(ALICE).isNotEqualTo(BOB);
        assertThatThrownBy(() -> SecretBoxKey.parse(ALICE.publicKey().text()))
            .hasMessageContaining("it is a public encryption key (BOX-PUB-1)");
        assertThatThrownBy(() -> PublicBoxKey.parse(ALICE.text())).isInstanceOf(InvalidKeyException.class)
            .hasMessageContaining("it is a secret encryption key (BOX-SEC-1)")
            .hasMessageNotContaining(secret);
    }

}
