package dev.muster.ring;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import dev.muster.Mutations;
import dev.muster.key.NodeKey;
import dev.muster.key.Signatures;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What strangers say of themselves. */
class FuzzedHellosTest {

    private final NodeKey key = TestNode.newKey();

    private final RingConfig config = TestNode.tcp("a", new Endpoint("127.0.0.2", 9638));

    private final Hello hello = Hello.create(new UUID(1, 2), this.config, this.key);

    @Test
    void hellosAreReadOrRefusedAndNeverForged() {
        Mutations.eachIsTakenOrRefused(List.of(this.hello.encoded()), (bytes) -> {
            Hello read = Hello.decode(bytes, "test", new Signatures());
            assertThat(Optional.of(read.id())).contains(this.key.id());
            assertThat(read.peer()).isEqualTo(this.hello.peer());
            assertThat(read.address()).isEqualTo(this.hello.address());
        }, MalformedHelloException.class);
    }

    /** Whoever can sign for himself can say anything of himself. */
    @Test
    void whatIsSignedIsReadOrRefused() {
        Mutations.eachIsTakenOrRefused(List.of(this.hello.encoded()),
                (bytes) -> Hello.decode(bytes, "test", (key, message, signature) -> true),
                MalformedHelloException.class);
    }

    /** Found by seeds 12 and 3718. */
    @Test
    void whatIsUndefinedIsRefused() {
        for (String hex : List.of("824100f7", "82f74100")) {
            assertThatExceptionOfType(MalformedHelloException.class).isThrownBy(
                    () -> Hello.decode(HexFormat.of().parseHex(hex), "test", (key, message, signature) -> true));
        }
    }

    @Test
    void framesAreReadOrRefused() {
        Mutations.eachIsTakenOrRefused(List.of(Frame.encode(Frame.Kind.HELLO, this.hello.encoded()), new byte[] { 1 }),
                (bytes) -> Frame.decode(bytes, 0, bytes.length), MalformedHelloException.class);
    }

}
