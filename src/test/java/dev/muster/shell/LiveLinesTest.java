package dev.muster.shell;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is on a terminal after everything that was written to it. */
class LiveLinesTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private long nanos;

    private Screen.Size size = new Screen.Size(60, 24);

    private final LiveLines lines = new LiveLines(new PrintStream(this.written, true, StandardCharsets.UTF_8),
            "redis.prod", () -> this.size, Paint.PLAIN, new Elapsed(() -> this.nanos));

    private void member(String name, String state, String reason) {
        this.lines.member(MemberReport.ofMember(Json.parse("{\"id\":\"id-" + name + "\",\"name\":\"" + name
                + "\",\"state\":\"" + state + "\",\"reason\":\"" + reason + "\",\"pid\":12}")));
    }

    private void pass(Duration time) {
        this.nanos += time.toNanos();
    }

    /** Understands what {@link LiveLines} uses, on a terminal without end. */
    private List<String> screen() {
        List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
        int row = 0;
        int column = 0;
        String text = this.written.toString(StandardCharsets.UTF_8);
        for (int at = 0; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '\033') {
                int end = at + 2;
                while (!Character.isLetter(text.charAt(end))) {
                    end++;
                }
                String arguments = text.substring(at + 2, end);
                switch (text.charAt(end)) {
                    case 'A' -> row -= Integer.parseInt(arguments);
                    case 'K' -> rows.get(row).setLength(column);
                    case 'J' -> rows.subList(row + 1, rows.size()).clear();
                    default -> assertThat(arguments + text.charAt(end)).isIn("?7l", "?7h");
                }
                at = end;
            }
            else if (next == '\r') {
                column = 0;
            }
            else if (next == '\n') {
                row++;
                column = 0;
                if (row == rows.size()) {
                    rows.add(new StringBuilder());
                }
            }
            else {
                rows.get(row).replace(column, column + 1, String.valueOf(next));
                column++;
            }
        }
        return rows.subList(0, row).stream().map(StringBuilder::toString).toList();
    }

    @Test
    void aLineIsWrittenOver() {
        member("a", "received", "");
        member("long-name", "waiting", "has taken 6-01020304 last");
        this.lines.tick();
        pass(Duration.ofMillis(3200));
        member("a", "healthy", "");
        this.lines.tick();
        pass(Duration.ofMinutes(1));
        for (int tick = 0; tick < 5; tick++) {
            this.lines.tick();
        }
        assertThat(screen()).containsExactly("  a          healthy       pid 12        3.2 s",
                "  long-name  waiting       pid 12         1m3s  has taken 6");
        this.lines.left(MemberReport.ofMember(Json.parse("{\"id\":\"id-a\"}")));
        this.lines.close();
        assertThat(screen()).singleElement().asString().startsWith("  long-name  waiting");
    }

    @Test
    void nothingIsWrittenWhileNothingHappens() {
        member("a", "healthy", "");
        this.lines.tick();
        int before = this.written.size();
        for (int tick = 0; tick < 50; tick++) {
            pass(Duration.ofSeconds(1));
            this.lines.tick();
        }
        assertThat(this.written.size()).isEqualTo(before);
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (int columns : new int[] { 1, 5, 12, 20, 33, 80 }) {
            this.size = new Screen.Size(columns, 24);
            member("a-member-with-a-rather-long-name", "reconfigured", "\u65e5\u672c".repeat(60));
            this.lines.tick();
            assertThat(screen()).singleElement().satisfies((line) -> {
                int width = line.codePoints().map((point) -> (point > 0x3000) ? 2 : 1).sum();
                assertThat(width).isLessThan(Math.max(columns, 2));
            });
        }
    }

    @Test
    void whereThereAreTooFewRowsThoseThatNeedLookingAtAreShown() {
        this.size = new Screen.Size(60, 5);
        for (int number = 0; number < 30; number++) {
            member("ok" + number, "healthy", "");
        }
        member("away", "away", "not present");
        member("bad", "failed", "exited with 1");
        member("slow", "restarted", "");
        this.lines.tick();
        List<String> rows = screen();
        assertThat(rows).hasSize(4);
        assertThat(rows.get(0)).startsWith("  away");
        assertThat(rows.get(1)).startsWith("  bad").endsWith("exited with 1");
        assertThat(rows.get(2)).startsWith("  slow");
        assertThat(rows.get(3)).isEqualTo("  ... 30 more: 30 healthy");
        this.lines.close();
        assertThat(screen()).hasSize(33);
    }

    @Test
    void whatAHookSaysDoesNotReachTheTerminalAsACommand() {
        member("a", "failed", "\\u001b[2Jboo\\nnext");
        this.lines.tick();
        assertThat(screen()).singleElement().asString().endsWith(" [2Jboo next");
    }

}
