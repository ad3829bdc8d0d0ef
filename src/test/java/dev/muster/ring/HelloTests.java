package dev.muster.ring;

import java.util.Random;

import dev.muster.key.NodeKey;
import dev.muster.key.Signatures;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HelloTests {

    private static final Signatures SIGNATURES = new Signatures();

    private final NodeKey key = TestNode.newKey();

    private final UUID address = new UUID(7, -9);

    private final Hello hello = Hello.create(this.address, TestNode.local("ring", "a"), this.key);

    @Test
    void whatIsSaidIsWhatIsHeard() {
        Hello heard = Hello.decode(this.hello.encoded(), "ring", SIGNATURES);
        assertThat(heard.peer()).isEqualTo(this.hello.peer());
        assertThat(heard.address()).isEqualTo(this.address);
        assertThat(heard.id()).isEqualTo(this.key.id());
        assertThat(heard.peer().labels()).containsEntry("zone", "a");
    }

    @Test
    void aHelloOfAnotherRingIsRefused() {
        assertThatExceptionOfType(MalformedHelloException.class)
            .isThrownBy(() -> Hello.decode(this.hello.encoded(), "other", SIGNATURES))
            .withMessage("a hello of ring ring");
    }

    @Test
    void noByteOfItCanBeChanged() {
        for (int i = 0; i < this.hello.encoded().length; i++) {
            byte[] changed = this.hello.encoded().clone();
            changed[i] ^= 1;
            assertThatExceptionOfType(MalformedHelloException.class).as("byte %d", i)
                .isThrownBy(() -> Hello.decode(changed, "ring", SIGNATURES));
        }
    }

    @Test
    void garbageIsRefusedAndNothingElse() {
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            assertThatExceptionOfType(MalformedHelloException.class)
                .isThrownBy(() -> Hello.decode(garbage, "ring", SIGNATURES));
        }
        assertThatExceptionOfType(MalformedHelloException.class)
            .isThrownBy(() -> Hello.decode(new byte[Hello.MAX_BYTES + 1], "ring", SIGNATURES));
    }

    @Test
    void theLaterStartIsTheOneWithTheHigherIncarnation() {
        Hello later = Hello.create(this.address, TestNode.local("ring", "a"), this.key);
        assertThat(later.isLaterThan(this.hello)).isTrue();
        assertThat(this.hello.isLaterThan(later)).isFalse();
        assertThat(later.isLaterThan(later)).isFalse();
    }

    @Test
    void aFrameIsItsKindAndItsContent() {
        byte[] bytes = Frame.encode(Frame.Kind.ID_KNOWN, new byte[] { 5, 6 });
        Frame frame = Frame.decode(new byte[] { 0, bytes[0], bytes[1], bytes[2], 0 }, 1, 3);
        assertThat(frame.kind()).isEqualTo(Frame.Kind.ID_KNOWN);
        assertThat(frame.content()).containsExactly(5, 6);
        for (byte[] none : new byte[][] { {}, { -1 }, { 42 } }) {
            assertThatExceptionOfType(MalformedHelloException.class)
                .isThrownBy(() -> Frame.decode(none, 0, none.length));
        }
    }

}
