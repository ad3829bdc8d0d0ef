package dev.muster.key;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SealingTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final byte[] CONTENT = "password = \"swordfish\"".getBytes(StandardCharsets.UTF_8);

    private static final byte[] PLACE = "config redis.prod 7".getBytes(StandardCharsets.UTF_8);

    private final Sealing sealing = new Sealing(new byte[32], RANDOM);

    @Test
    void whatIsSealedOpensAtItsPlace() {
        byte[] sealed = this.sealing.seal(CONTENT, PLACE);
        assertThat(this.sealing.open(sealed, PLACE)).isEqualTo(CONTENT);
        assertThat(sealed).hasSize(CONTENT.length + Sealing.OVERHEAD);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("swordfish");
        assertThat(this.sealing.open(this.sealing.seal(new byte[0], PLACE), PLACE)).isEmpty();
    }

    @Test
    void theSameIsNeverSealedTheSame() {
        assertThat(this.sealing.seal(CONTENT, PLACE)).isNotEqualTo(this.sealing.seal(CONTENT, PLACE));
    }

    @Test
    void anotherPlaceOrAnotherKeyDoNotOpenIt() {
        byte[] sealed = this.sealing.seal(CONTENT, PLACE);
        assertThatThrownBy(() -> this.sealing.open(sealed, "config redis.prod 8".getBytes(StandardCharsets.UTF_8)))
            .isInstanceOf(UnreadableMessageException.class)
            .hasMessageNotContaining("swordfish");
        byte[] key = new byte[32];
        key[31] = 1;
        assertThatThrownBy(() -> new Sealing(key, RANDOM).open(sealed, PLACE))
            .isInstanceOf(UnreadableMessageException.class);
    }

    @Test
    void aChangeOfAnyBitKeepsItShut() {
        byte[] sealed = this.sealing.seal(CONTENT, PLACE);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> this.sealing.open(changed, PLACE)).isInstanceOf(UnreadableMessageException.class);
        }
    }

    @Test
    void aShortKeyIsNotTaken() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Sealing(new byte[16], RANDOM))
            .withMessageContaining("32 bytes, not 16");
    }

}
