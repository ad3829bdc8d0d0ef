package dev.muster.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AuditLogTest {

    @TempDir
    private Path parent;

    private Path directory() {
        return this.parent.resolve("audit");
    }

    private AuditLog open(int segments) throws IOException {
        return AuditLog.open(directory(), "node-1", 1_000, segments);
    }

    private void write(int from, int to) throws IOException {
        try (AuditLog log = open(100)) {
            for (int i = from; i < to; i++) {
                log.append(Map.of("what", "change " + i));
            }
        }
    }

    private AuditCheck.Verdict verdict() throws IOException {
        return AuditCheck.of(directory());
    }

    private List<Path> segments() throws IOException {
        return new AuditFiles(directory()).segments();
    }

    private List<String> lines(int segment) throws IOException {
        return new ArrayList<>(Files.readAllLines(segments().get(segment)));
    }

    private void rewrite(int segment, List<String> lines) throws IOException {
        Files.writeString(segments().get(segment), String.join("\n", lines) + "\n");
    }

    @Test
    void linesFitEachOtherOverSegmentsAndLives() throws IOException {
        write(0, 7);
        write(7, 20);
        assertThat(segments()).hasSizeGreaterThan(2);
        assertThat(verdict().problem()).isEmpty();
        assertThat(verdict().lines()).isEqualTo(20 + segments().size());
        assertThat(lines(0).get(0)).contains("\"node\":\"node-1\"", "\"line\":0", AuditLine.NONE);
        try (AuditLog log = open(100)) {
            assertThat(log.newest((line) -> line.contains("change"), 3)).hasSize(3)
                .satisfiesExactly((line) -> assertThat(line).contains("change 19"),
                        (line) -> assertThat(line).contains("change 18"),
                        (line) -> assertThat(line).contains("change 17"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segments().get(0))))
            .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory()))).isEqualTo("rwx------");
    }

    @Test
    void theOldestSegmentsGoAndTheRestStillFits() throws IOException {
        try (AuditLog log = open(3)) {
            for (int i = 0; i < 100; i++) {
                log.append(Map.of("what", "change " + i));
            }
        }
        assertThat(segments()).hasSize(3);
        assertThat(verdict().problem()).isEmpty();
        assertThat(AuditLine.parse(lines(0).get(0)).number()).isPositive();
        assertThat(lines(0).get(0)).contains("node-1");
    }

    @Test
    void aChangedLineIsFound() throws IOException {
        write(0, 20);
        List<String> lines = lines(1);
        lines.set(2, lines.get(2).replace("change", "chance"));
        rewrite(1, lines);
        assertThat(verdict().problem()).hasValueSatisfying(
                (problem) -> assertThat(problem).contains("Line 4 of AUDIT-00000002", "that one was changed"));
    }

    @Test
    void theLastLineIsFoundTooWhenItWasChanged() throws IOException {
        write(0, 3);
        List<String> lines = lines(0);
        lines.set(3, lines.get(3).replace("change", "chance"));
        rewrite(0, lines);
        assertThat(verdict().problem())
            .hasValueSatisfying((problem) -> assertThat(problem).contains("Line 4 of AUDIT-00000001", "HEAD"));
    }

    @Test
    void aLineThatWasTakenOutOrPutInIsFound() throws IOException {
        write(0, 6);
        List<String> lines = lines(0);
        String taken = lines.remove(2);
        rewrite(0, lines);
        assertThat(verdict().problem()).hasValueSatisfying(
                (problem) -> assertThat(problem).contains("Line 3 of AUDIT-00000001", "number 3 and follows number 1"));
        lines.add(2, taken);
        lines.add(3, taken);
        rewrite(0, lines);
        assertThat(verdict().problem())
            .hasValueSatisfying((problem) -> assertThat(problem).contains("Line 4 of AUDIT-00000001"));
    }

    @Test
    void aSegmentThatIsMissingInTheMiddleIsFound() throws IOException {
        write(0, 30);
        Files.delete(segments().get(1));
        assertThat(verdict().problem())
            .hasValueSatisfying((problem) -> assertThat(problem).contains("Line 1 of AUDIT-00000003"));
    }

    @Test
    void anEndThatWasCutOffIsFoundAlsoAfterTheNextLine() throws IOException {
        write(0, 6);
        List<String> lines = lines(0);
        rewrite(0, lines.subList(0, 4));
        assertThat(verdict().problem()).hasValueSatisfying(
                (problem) -> assertThat(problem).contains("missing at the end", "number 3", "number 6"));
        write(6, 8);
        assertThat(verdict().problem())
            .hasValueSatisfying((problem) -> assertThat(problem).contains("number 7 and follows number 3"));
    }

    @Test
    void allTakenAwayIsFound() throws IOException {
        write(0, 6);
        for (Path segment : segments()) {
            Files.delete(segment);
        }
        assertThat(verdict().problem()).hasValueSatisfying((problem) -> assertThat(problem).contains("taken away"));
    }

    @Test
    void aLineThatIsTornByACrashIsCutAndNoLossIsSeen() throws IOException {
        write(0, 4);
        Path newest = segments().get(segments().size() - 1);
        Files.writeString(newest, Files.readString(newest) + "{\"line\":5,\"prev");
        assertThat(verdict().problem()).isEmpty();
        write(4, 6);
        assertThat(verdict().problem()).isEmpty();
        assertThat(verdict().lines()).isEqualTo(6 + segments().size());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "no json", "{}", "[1]", "{\"line\":\"x\",\"previous\":1}", "\u0000\u00ff" })
    void whatIsNoLineIsNamed(String text) throws IOException {
        write(0, 4);
        List<String> lines = lines(0);
        lines.add(2, text);
        rewrite(0, lines);
        assertThat(verdict().problem())
            .hasValueSatisfying((problem) -> assertThat(problem).startsWith("Line 3 of AUDIT-00000001"));
    }

    @Test
    void whereNothingWasWrittenNothingIsWrong() throws IOException {
        assertThat(verdict()).isEqualTo(new AuditCheck.Verdict(0, -1, "", java.util.Optional.empty()));
    }

}
