package dev.muster.rumor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Message.Close;
import dev.muster.rumor.Message.Digests;
import dev.muster.rumor.Message.Facts;
import dev.muster.rumor.Message.Hint;
import dev.muster.rumor.Message.Open;
import dev.muster.rumor.Message.Receipt;
import dev.muster.rumor.Message.Receipts;
import dev.muster.rumor.Message.Want;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FactTest {

    private static final FactKey KEY = new FactKey("config", "redis.prod", "");

    private static final Fact FACT = Fact.create(KEY, 7, 1_000_000, "alice", Retention.HISTORY,
            "port = 2112".getBytes(StandardCharsets.UTF_8), null);

    @Test
    void aFactIsTheSameAfterItsBytesHaveTravelled() {
        Fact read = Fact.decode(FACT.toBytes());
        assertThat(read).isEqualTo(FACT);
        assertThat(read.key()).isEqualTo(KEY);
        assertThat(read.version()).isEqualTo(FACT.version());
        assertThat(read.retention()).isEqualTo(Retention.HISTORY);
        assertThat(read.body()).asString(StandardCharsets.UTF_8).isEqualTo("port = 2112");
        assertThat(read.signer()).isEmpty();
    }

    @Test
    void aSignatureHoldsForTheWholeFactAndItsSignerOnly() {
        Fact.Signer signer = new Fact.Signer() {

            @Override
            public byte[] publicKey() {
                return "public".getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public byte[] sign(byte[] message) {
                return Hash.of(message).bytes();
            }

        };
        Fact.Verifier verifier = (key, message, signature) -> Arrays.equals(signature, Hash.of(message).bytes());
        Fact signed = Fact.create(KEY, 1, 1, "", Retention.TRANSIENT, new byte[] { 1 }, signer);
        assertThat(signed.verify(verifier)).isTrue();
        assertThat(signed.signer()).contains(MemberId.of(signer.publicKey()));
        assertThat(FACT.verify(verifier)).isFalse();
        byte[] forged = signed.toBytes();
        forged[forged.length - 1] ^= 1;
        assertThat(Fact.decode(forged).verify(verifier)).isFalse();
    }

    @Test
    void everyCutAndEveryFollowingByteIsRefused() {
        byte[] bytes = FACT.toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(MalformedFactException.class).isThrownBy(() -> Fact.decode(cut));
        }
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatExceptionOfType(MalformedFactException.class).isThrownBy(() -> Fact.decode(more));
    }

    @ParameterizedTest
    @MethodSource("dev.muster.rumor.MergeLawsTest#seeds")
    void mutatedBytesAreReadOrRefusedAndNothingElse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = FACT.toBytes();
            for (int flips = 0; flips <= random.nextInt(3); flips++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                Fact.decode(bytes);
            }
            catch (MalformedFactException ex) {
                assertThat(ex.getMessage()).isNotBlank();
            }
            byte[] message = MessageCodec.encode(new Facts(1, true, false, List.of(FACT)));
            message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            try {
                MessageCodec.decode(message);
            }
            catch (MalformedFactException ex) {
                assertThat(ex.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void everyMessageIsTheSameAfterItsBytesHaveTravelled() {
        SlotDigest digest = SlotDigest.shortened(FACT.hash().bytes());
        Slot slot = Slot.of(FACT);
        List<Message> messages = List.of(new Facts(3, true, true, List.of(FACT, FACT)),
                new Receipts(List.of(new Receipt(FACT.hash(), FACT.version()))),
                new Open(5, new RumorStore.Roots(digest, digest)), new Hint(new RumorStore.Roots(digest, digest)),
                new Digests(6, true, false, 2, Map.of(slot, digest)),
                new Want(7, false, true, Map.of(slot, List.of(FACT.hash()))), new Close(8, 4));
        for (Message message : messages) {
            assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
        }
    }

}
