package dev.muster.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Makes lines of bytes. What is not UTF-8 is replaced; NUL is left out, since it is
 * mostly a hole that remains where a file was emptied under a process that writes on at
 * its own offset.
 */
final class LineSplitter {

    /** A line longer than this comes in pieces, cut between characters. */
    static final int LONGEST_LINE = 16 * 1024;

    private static final int SMALL = 256;

    private final Consumer<String> lines;

    private byte[] begun = new byte[SMALL];

    private int length;

    private long pending;

    LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    void take(byte[] bytes, int count) {
        for (int index = 0; index < count; index++) {
            take(bytes[index]);
        }
    }

    private void take(byte next) {
        this.pending++;
        if (next == '\n') {
            end();
        }
        else if (next != 0) {
            if (this.length == this.begun.length) {
                this.begun = Arrays.copyOf(this.begun, Math.min(LONGEST_LINE, this.length * 4));
            }
            this.begun[this.length++] = next;
            if (this.length == LONGEST_LINE) {
                cut();
            }
        }
    }

    /** How many bytes were taken that belong to no line that was told. */
    long pending() {
        return this.pending;
    }

    /** Tells the line that has begun, if any has. */
    void finish() {
        if (this.length > 0) {
            end();
        }
        this.pending = 0;
    }

    private void end() {
        int end = (this.length > 0 && this.begun[this.length - 1] == '\r') ? this.length - 1 : this.length;
        String line = text(end);
        this.begun = (this.begun.length > SMALL) ? new byte[SMALL] : this.begun;
        this.length = 0;
        this.pending = 0;
        this.lines.accept(line);
    }

    private void cut() {
        int start = this.length - 1;
        while (start > this.length - 4 && (this.begun[start] & 0xc0) == 0x80) {
            start--;
        }
        // A character that is complete here goes with the first piece.
        boolean ascii = this.begun[this.length - 1] >= 0;
        int end = ascii ? this.length : start;
        String piece = text(end);
        System.arraycopy(this.begun, end, this.begun, 0, this.length - end);
        this.length -= end;
        this.pending = this.length;
        this.lines.accept(piece);
    }

    private String text(int end) {
        return new String(this.begun, 0, end, StandardCharsets.UTF_8);
    }

}
