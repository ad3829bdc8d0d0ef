package dev.muster.config;

import java.util.List;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;

/** What tells two texts apart, line by line. */
public final class TextDiff {

    private static final int CONTEXT = 3;

    private TextDiff() {
    }

    /**
     * The unified diff, as {@code diff -u} writes it; empty for texts that are equal.
     * @param from what the text before is called, as {@code a/redis.conf}
     * @param to what the text after is called
     */
    public static List<String> unified(String from, String to, String before, String after) {
        if (before.equals(after)) {
            return List.of();
        }
        List<String> left = lines(before);
        List<String> right = lines(after);
        return List.copyOf(UnifiedDiffUtils.generateUnifiedDiff(from, to, left, DiffUtils.diff(left, right), CONTEXT));
    }

    private static List<String> lines(String text) {
        List<String> lines = new java.util.ArrayList<>(List.of(text.split("\n", -1)));
        int last = lines.size() - 1;
        if (lines.get(last).isEmpty()) {
            lines.remove(last);
        }
        else {
            lines.set(last, lines.get(last) + "\n\\ No newline at end of file");
        }
        return lines;
    }

}
