package dev.muster.rumor;

import java.util.HexFormat;

import dev.muster.rumor.Message.Ask;
import dev.muster.rumor.Message.Reply;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a release does with what only a later one says. */
class LaterReleaseTest {

    @Test
    void aMessageOfAnUnknownKindIsIgnoredAndNotRefused() {
        // [1, 99, "x"]
        assertThat(MessageCodec.decode(HexFormat.of().parseHex("8301186361" + "78")))
            .isEqualTo(new Message.Unknown(99));
    }

    @Test
    void anAnswerOfAnUnknownKindIsARefusal() {
        // [1, 9, 7, 5, h'']
        assertThat(MessageCodec.decode(HexFormat.of().parseHex("8501090705" + "40")))
            .isInstanceOfSatisfying(Reply.class, (reply) -> {
                assertThat(reply.id()).isEqualTo(7);
                assertThat(reply.outcome()).isEqualTo(Reply.Outcome.REFUSED);
            });
    }

    @Test
    void aQuestionHasTheBytesItAlwaysHad() {
        Ask question = new Ask(7, "echo", new byte[] { 1, 2 });
        // An indefinite array, as all messages are.
        assertThat(HexFormat.of().formatHex(MessageCodec.encode(question))).isEqualTo("9f010807646563686f420102ff");
    }

}
