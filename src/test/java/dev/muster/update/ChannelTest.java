package dev.muster.update;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import dev.muster.pack.PackageIdent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChannelTest {

    private static final String A = "core/redis/7.2.9/20260101000000";

    private static Channel channel(String text) throws InvalidChannelException {
        return Channel.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> newest(Channel channel, String wanted) {
        return channel.newest(PackageIdent.parse(wanted)).map((entry) -> entry.release().toString());
    }

    @Test
    void commentsEmptyLinesAndTheOrderOfLinesMeanNothing() throws InvalidChannelException {
        String checksum = "0123456789abcdef".repeat(4);
        Channel channel = channel("# what we run\r\n\n  core/redis/7.2.10/20250101000000 sha256=" + checksum
                + "   # fixes the leak\n" + A + "\nother/redis/9/20270101000000\n" + A);
        assertThat(channel.entries()).hasSize(3);
        assertThat(newest(channel, "core/redis")).contains("core/redis/7.2.10/20250101000000");
        assertThat(newest(channel, "core/redis/7.2.9")).contains(A);
        assertThat(newest(channel, "core/nginx")).isEmpty();
        assertThat(channel.find(PackageIdent.parse("core/redis/7.2.10/20250101000000")).orElseThrow().checksum())
            .contains(checksum);
        assertThat(channel.find(PackageIdent.parse(A)).orElseThrow().checksum()).isEmpty();
        assertThat(channel("").entries()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "1.9/20260101000000, 1.10/20250101000000", "1.0-rc1/20260101000000, 1.0/20250101000000",
            "1.0/20250101000000, 1.0/20250101000001", "1/20260101000000, 1.0/20250101000000",
            "abc/20260101000000, 0.1/20250101000000" })
    void theNewestIsThatOfTheGreaterVersionAndThenOfTheGreaterRelease(String older, String newer)
            throws InvalidChannelException {
        assertThat(newest(channel("a/b/" + newer + "\na/b/" + older), "a/b")).contains("a/b/" + newer);
        assertThat(newest(channel("a/b/" + older + "\na/b/" + newer), "a/b")).contains("a/b/" + newer);
    }

    @ParameterizedTest
    @ValueSource(strings = { "core/redis", "core/redis/7.2.9", "core/redis/7.2.9/2026",
            "core/redis/7.2.9/2026010100000x", "core/redis/../20260101000000", "../redis/1/20260101000000",
            "core/redis/1/20260101000000/x", "/core/redis/1/20260101000000", "core/re dis/1/20260101000000",
            A + " sha256=", A + " sha256=xyz", A + " sha1=0123456789abcdef0123456789abcdef01234567",
            A + " sha256=" + "0123", A + " " + A, "<html><body>Not found</body></html>", "{\"releases\": []}",
            "\u0000\u0001", "core/redis/1\\x/20260101000000" })
    void aChannelWithALineThatIsWrongIsNoneAndTheLineIsNamed(String line) {
        assertThatExceptionOfType(InvalidChannelException.class)
            .isThrownBy(() -> channel("# first\n" + line + "\n" + A))
            .withMessageStartingWith("line 2 is '")
            .withMessageContaining("ORIGIN/NAME/VERSION/RELEASE")
            .satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("\u0000").hasSizeLessThan(300));
    }

    @Test
    void whatIsSaidTwiceHasToBeTheSame() {
        assertThatExceptionOfType(InvalidChannelException.class)
            .isThrownBy(() -> channel(A + "\n" + A + " sha256=" + "0".repeat(64)))
            .withMessageContaining("line 2 has " + A + " once more");
    }

    @Test
    void itsLengthIsBounded() {
        assertThatExceptionOfType(InvalidChannelException.class)
            .isThrownBy(() -> Channel.parse(new byte[Channel.MAX_BYTES + 1]))
            .withMessageContaining(Channel.MAX_BYTES + " bytes");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= Channel.MAX_ENTRIES; i++) {
            many.append("a/b/").append(i).append("/20260101000000\n");
        }
        assertThatExceptionOfType(InvalidChannelException.class).isThrownBy(() -> channel(many.toString()))
            .withMessageContaining(Channel.MAX_ENTRIES + " releases");
    }

}
