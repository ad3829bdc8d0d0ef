package dev.muster.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RingKeyTest {

    private static final String SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final String TEXT = "SYM-SEC-1\nprod-20261122201500\n\n" + SECRET;

    @Test
    void aKeyIsFourLinesOfText() {
        RingKey key = RingKey.parse(TEXT);
        assertThat(key.name()).isEqualTo("prod");
        assertThat(key.revision()).isEqualTo("20261122201500");
        assertThat(key.id()).hasToString("prod-20261122201500");
        assertThat(key.text()).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = { TEXT + "\n", TEXT + "\r\n", "SYM-SEC-1\r\nprod-20261122201500\r\n\r\n" + SECRET + "\r\n",
            TEXT + " \n\n" })
    void whatEditorsAndMailDoToItDoesNotMatter(String text) {
        assertThat(RingKey.parse(text)).isEqualTo(RingKey.parse(TEXT));
    }

    @Test
    void aNewKeyIsNamedByTheSecond() {
        RingKey key = RingKey.generate("my-ring.1", Instant.parse("2026-11-22T20:15:01.999Z"), new SecureRandom());
        assertThat(key.id()).hasToString("my-ring.1-20261122201501");
        assertThat(key.id().time()).isEqualTo("2026-11-22T20:15:01Z");
        assertThat(RingKey.parse(key.text())).isEqualTo(key).hasSameHashCodeAs(key);
        assertThat(RingKey.generate("my-ring.1", Instant.parse("2026-11-22T20:15:01Z"), new SecureRandom()))
            .isNotEqualTo(key);
    }

    @Test
    void keysAreEqualInNameRevisionAndSecret() {
        RingKey key = RingKey.parse(TEXT);
        assertThat(RingKey.parse(TEXT.replace("prod", "prob"))).isNotEqualTo(key);
        assertThat(RingKey.parse(TEXT.replace("201500", "201501"))).isNotEqualTo(key);
        assertThat(RingKey.parse(TEXT.replace("AAEC", "AAED"))).isNotEqualTo(key);
        assertThat(key).isNotEqualTo(null).isNotEqualTo("key");
    }

    @Test
    void aFingerprintTellsSecretsApartAndNotWhatTheyAre() {
        RingKey key = RingKey.parse(TEXT);
        assertThat(key.fingerprint()).matches("[0-9a-f]{16}")
            .isEqualTo(RingKey.parse(TEXT.replace("prod", "other")).fingerprint())
            .isNotEqualTo(RingKey.parse(TEXT.replace("AAEC", "AAED")).fingerprint());
        assertThat(key.toString()).contains("prod-20261122201500", key.fingerprint())
            .doesNotContain(SECRET, "000102", "00, 01", "[0, 1");
    }

    /** RFC 5869, written down a second time. */
    @Test
    void keysForPurposesComeFromHkdf() throws Exception {
        byte[] extracted = hmac(new byte[32], Base64.getDecoder().decode(SECRET));
        byte[] first = hmac(extracted, "muster ring key: ring traffic\1".getBytes(StandardCharsets.US_ASCII));
        RingKey key = RingKey.parse(TEXT);
        assertThat(key.derive("ring traffic", 32)).isEqualTo(first);
        assertThat(key.derive("ring traffic", 33)).startsWith(first);
        assertThat(key.derive("ring traffiC", 32)).isNotEqualTo(first);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',                                             its first line is empty
            '\\nSYM-SEC-1',                                 its first line is empty
            'SYM-SEC-2\\nprod-20261122201500\\n\\nKEY',     its first line is something else
            'BOX-SEC-1\\nprod-20261122201500\\n\\nKEY',     it is a secret encryption key (BOX-SEC-1)
            'BOX-PUB-1\\nprod-20261122201500\\n\\nKEY',     it is a public encryption key (BOX-PUB-1)
            'SIG-PUB-1\\nprod-20261122201500\\n\\nKEY',     it is a public signing key (SIG-PUB-1)
            'SYM-SEC-1',                                    it ends after line 1 of 4
            'SYM-SEC-1\\nprod-20261122201500\\n',           it ends after line 2 of 4
            'SYM-SEC-1\\nprod-20261122201500\\nKEY\\nKEY',  its line 3 is not empty
            'SYM-SEC-1\\nprod-20261122201500\\n\\nKEY\\nKEY', something follows its line 4
            'SYM-SEC-1\\nprod\\n\\nKEY',                    'line 2: it does not name a key, as NAME-YYYYMMDDhhmmss'
            'SYM-SEC-1\\nprod-20261322201500\\n\\nKEY',     line 2: it does not name
            'SYM-SEC-1\\n../prod-20261122201500\\n\\nKEY',  line 2: it does not name
            'SYM-SEC-1\\n.-20261122201500\\n\\nKEY',        line 2: it does not name
            'SYM-SEC-1\\n-20261122201500\\n\\nKEY',         line 2: it does not name
            'SYM-SEC-1\\nprod-20261122201500\\n\\nK!Y',     its line 4 is not base64
            'SYM-SEC-1\\nprod-20261122201500\\n\\nKEYKEY',  its line 4 is not base64
            'SYM-SEC-1\\nprod-20261122201500\\n\\n',        it ends after line 3 of 4
            'SYM-SEC-1\\nprod-20261122201500\\n\\n\\n',     its line 4 holds 0 bytes and not 32
            'SYM-SEC-1\\nprod-20261122201500\\n\\nAAEC',    its line 4 holds 3 bytes and not 32
            """)
    void whatIsNoRingKeyIsToldWithoutShowingIt(String text, String why) {
        assertThatThrownBy(() -> RingKey.parse(text.replace("\\n", "\n").replace("KEY", SECRET)))
            .isInstanceOf(InvalidKeyException.class)
            .hasMessageContaining("This is not a ring key (SYM-SEC-1): ")
            .hasMessageContaining(why)
            .hasMessageNotContaining(SECRET)
            .hasMessageNotContaining("AAEC")
            .hasNoCause();
    }

    @Test
    void aTextWithoutEndIsNotReadToItsEnd() {
        assertThatThrownBy(() -> RingKey.parse(TEXT + "\n".repeat(2000))).hasMessageContaining("more than 1024");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "..", "../x", "a/b", "a b", "a\nb", "-a", "_a", "@a", "a\0", "ä" })
    void aNameThatCouldLeadElsewhereIsRefused(String name) {
        assertThatThrownBy(() -> RingKey.generate(name, Instant.EPOCH, new SecureRandom()))
            .isInstanceOf(InvalidKeyException.class)
            .hasMessageContaining("\"" + name + "\"");
    }

    @Test
    void aNameAndItsSuffixFitIntoAFilesName() {
        assertThat(NamedRevision.at("a".repeat(191), Instant.EPOCH).toString()).hasSizeLessThan(220);
        assertThatThrownBy(() -> NamedRevision.at("a".repeat(192), Instant.EPOCH))
            .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void whatIsDerivedDoesNotChangeFromReleaseToRelease() {
        assertThat(HexFormat.of().formatHex(RingKey.parse(TEXT).derive("test", 16)))
            .isEqualTo("291f3edde5035bb3aace51da20d6f7de");
    }

}
