package dev.muster.service;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The last lines that something printed, up to a few thousand characters. Written by
 * whoever reads the output, read by others.
 */
final class Tail {

    private static final int MOST_CHARACTERS = 4096;

    private static final int LONGEST = 400;

    /** Programs tend to say first what is wrong, then that it is. */
    private static final int LAST = 3;

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

    /** The last few that are not blank, in one; shortened. */
    synchronized Optional<String> lastWords() {
        List<String> said = this.lines.stream().filter((line) -> !line.isBlank()).map(String::strip).toList();
        String words = String.join("; ", said.subList(Math.max(0, said.size() - LAST), said.size()));
        return words.isEmpty() ? Optional.empty() : Optional.of(words.substring(0, Math.min(words.length(), LONGEST)));
    }

}
