package dev.muster.process;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LineSplitterTest {

    private final List<String> lines = new ArrayList<>();

    private final LineSplitter splitter = new LineSplitter(this.lines::add);

    private void take(String text) {
        take(text.getBytes(StandardCharsets.UTF_8));
    }

    private void take(byte[] bytes) {
        this.splitter.take(bytes, bytes.length);
    }

    @Test
    void aLineOfAMegabyteComesInPieces() {
        take("x".repeat(1024 * 1024) + "\n");
        assertThat(this.lines).hasSize(65).allMatch((line) -> line.length() <= LineSplitter.LONGEST_LINE);
        assertThat(String.join("", this.lines)).isEqualTo("x".repeat(1024 * 1024));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 2, 3 })
    void aPieceEndsBetweenCharacters(int shift) {
        String text = "x".repeat(shift) + "€\uD83D\uDE00ä".repeat(4000);
        take(text);
        this.splitter.finish();
        assertThat(this.lines).hasSizeGreaterThan(2);
        assertThat(String.join("", this.lines)).isEqualTo(text);
    }

    @Test
    void holesAreLeftOutAndWhatIsNoTextIsReplaced() {
        take(new byte[] { 0, 0, 'a', 0, (byte) 0xff, 'b', '\n' });
        assertThat(this.lines).containsExactly("a\uFFFDb");
    }

    @Test
    void aHoleOfAnySizeIsNoLine() {
        take(new byte[1_000_000]);
        this.splitter.finish();
        assertThat(this.lines).isEmpty();
        assertThat(this.splitter.pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5 })
    void bytesThatAreNoTextAtAllDoNoHarm(long seed) {
        byte[] bytes = new byte[300_000];
        new Random(seed).nextBytes(bytes);
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (bytes[index] == '\n') ? (byte) 0x80 : bytes[index];
        }
        take(bytes);
        assertThat(this.splitter.pending()).isLessThanOrEqualTo(LineSplitter.LONGEST_LINE + bytes.length / 100);
        this.splitter.finish();
        assertThat(this.lines).hasSizeBetween(18, 20);
    }

    @Test
    void whatIsPendingIsCountedInBytesOfTheFile() {
        take("one\r\ntw\0o");
        assertThat(this.splitter.pending()).isEqualTo(4);
        take("\n");
        assertThat(this.splitter.pending()).isZero();
        assertThat(this.lines).containsExactly("one", "two");
    }

}
