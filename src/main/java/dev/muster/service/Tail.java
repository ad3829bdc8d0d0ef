package dev.muster.service;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The last lines that something printed, up to a few thousand characters. Written by
 * whoever reads the output, read by others.
 */
final class Tail {

    private static final int MOST_CHARACTERS = 4096;

    private static final int LONGEST = 300;

    private final Deque<String> lines = new ArrayDeque<>();

    private int characters;

    synchronized void add(String line) {
        String kept = (line.length() <= MOST_CHARACTERS) ? line : line.substring(0, MOST_CHARACTERS);
        this.lines.addLast(kept);
        this.characters += kept.length() + 1;
        while (this.characters > MOST_CHARACTERS && this.lines.size() > 1) {
            this.characters -= this.lines.removeFirst().length() + 1;
        }
    }

    synchronized String text() {
        return String.join("\n", this.lines);
    }

    /** The last one that is not blank, shortened. */
    synchronized Optional<String> lastLine() {
        String last = "";
        for (String line : this.lines) {
            last = line.isBlank() ? last : line.strip();
        }
        return last.isEmpty() ? Optional.empty() : Optional.of(last.substring(0, Math.min(last.length(), LONGEST)));
    }

}
