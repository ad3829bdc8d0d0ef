package dev.muster.service;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import dev.muster.config.TextDiff;

/**
 * How a rendered file would change. The only place where content of rendered files is
 * made into something that is shown; it is given files that were rendered without
 * secrets.
 *
 * @param name below the service's directory, as {@code config/redis.conf}
 * @param lines a unified diff
 */
public record FileDifference(String name, List<String> lines) {

    /** Of one file; a change of more is read in the file itself. */
    private static final int MOST_LINES = 400;

    private static final int LONGEST_LINE = 1_000;

    public FileDifference {
        lines = List.copyOf(lines);
    }

    /** Of one that cannot be rendered without its secrets. */
    static FileDifference unseen(String name) {
        return new FileDifference(name,
                List.of("Files a/" + name + " and b/" + name + " differ, and have secrets in them"));
    }

    /**
     * Of one that differs.
     * @param before what may be seen of it
     * @param after what may be seen of it then
     */
    static FileDifference of(String name, byte[] before, byte[] after) {
        if (Arrays.equals(before, after)) {
            return new FileDifference(name, List.of("Files a/" + name + " and b/" + name + " differ in secrets"));
        }
        Optional<String> left = text(before);
        Optional<String> right = text(after);
        if (left.isEmpty() || right.isEmpty()) {
            return new FileDifference(name, List.of("Binary files a/" + name + " and b/" + name + " differ"));
        }
        List<String> all = TextDiff.unified((before.length > 0) ? "a/" + name : "/dev/null",
                (after.length > 0) ? "b/" + name : "/dev/null", left.get(), right.get());
        List<String> lines = new ArrayList<>();
        for (String line : all.subList(0, Math.min(MOST_LINES, all.size()))) {
            lines.add((line.length() > LONGEST_LINE) ? line.substring(0, LONGEST_LINE) + "..." : line);
        }
        if (all.size() > MOST_LINES) {
            lines.add("... and " + (all.size() - MOST_LINES) + " lines more");
        }
        return new FileDifference(name, lines);
    }

    private static Optional<String> text(byte[] content) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
        }
        catch (CharacterCodingException ex) {
            return Optional.empty();
        }
    }

}
