package dev.muster.rumor;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import dev.muster.Mutations;
import dev.muster.key.NodeKey;
import dev.muster.rumor.Fact.Retention;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What other members say, said wrong. */
class FuzzedMessagesTest {

    private static final NodeKey KEY = NodeKey.generate(new SecureRandom());

    private static final Fact PLAIN = Fact.create(new FactKey("config", "redis.prod", ""), 7, 1_000_000, "ann",
            Retention.HISTORY, new byte[] { 1, 2, 3 }, null);

    private static final Fact SIGNED = Fact.create(new FactKey("state", "redis.prod", KEY.id().hex()), 1, 2, "",
            Retention.TRANSIENT, new byte[] { 4 }, KEY);

    private static final SlotDigest DIGEST = new SlotDigest(new byte[16]);

    private static final RumorStore.Roots ROOTS = new RumorStore.Roots(DIGEST, DIGEST);

    private static final Slot SLOT = new Slot(PLAIN.key(), Retention.HISTORY);

    private static final List<Message> MESSAGES = List.of(new Message.Facts(1, true, false, List.of(PLAIN, SIGNED)),
            new Message.Receipts(List.of(new Message.Receipt(PLAIN.hash(), PLAIN.version()))),
            new Message.Open(3, ROOTS), new Message.Digests(4, true, true, 1, Map.of(SLOT, DIGEST)),
            new Message.Want(5, false, true, Map.of(SLOT, List.of(PLAIN.hash()))), new Message.Close(6, 2),
            new Message.Hint(ROOTS), new Message.Ask(8, "echo", new byte[] { 1 }),
            new Message.Reply(9, Message.Reply.Outcome.REFUSED, new byte[] { 2 }));

    @Test
    void messagesAreReadOrRefused() {
        Mutations.eachIsTakenOrRefused(MESSAGES.stream().map(MessageCodec::encode).toList(), (bytes) -> {
            Message read = MessageCodec.decode(bytes);
            if (!(read instanceof Message.Unknown)) {
                // What was read can be said again.
                assertThat(MessageCodec.encode(read)).isNotEmpty();
            }
        }, MalformedFactException.class);
    }

    /** Half of a pair of UTF-16, which UTF-8 cannot say; found by seed 3910. */
    @Test
    void aTextThatCannotBeSaidAgainIsRefused() {
        assertThatExceptionOfType(MalformedFactException.class)
            .isThrownBy(() -> MessageCodec.decode(HexFormat.of().parseHex("8501080763edb38540")));
    }

    @Test
    void factsAreReadOrRefusedAndNeverForged() {
        Mutations.eachIsTakenOrRefused(List.of(PLAIN.encoded(), SIGNED.encoded()), (bytes) -> {
            Fact read = Fact.decode(bytes);
            assertThat(read.encoded()).isEqualTo(bytes);
            if (read.signer().equals(SIGNED.signer()) && read.verify(new dev.muster.key.Signatures())) {
                assertThat(read.body()).isEqualTo(SIGNED.body());
                assertThat(read.version()).isEqualTo(SIGNED.version());
            }
        }, MalformedFactException.class);
    }

}
