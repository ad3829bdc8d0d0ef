package dev.muster.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The name that somebody may have meant. */
public final class Nearest {

    private Nearest() {
    }

    /** The one with the fewest edits, where these are few enough to be a slip. */
    public static Optional<String> to(String typed, Collection<String> names) {
        int most = Math.max(2, typed.length() / 4);
        return names.stream()
            .filter((name) -> edits(typed, name) <= most || (typed.length() > 3 && name.startsWith(typed)))
            .min(Comparator.comparingInt((name) -> edits(typed, name)));
    }

    private static int edits(String from, String to) {
        int[] before = new int[to.length() + 1];
        for (int column = 0; column < before.length; column++) {
            before[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] now = new int[to.length() + 1];
            now[0] = row;
            for (int column = 1; column < now.length; column++) {
                int changed = before[column - 1] + ((from.charAt(row - 1) != to.charAt(column - 1)) ? 1 : 0);
                now[column] = Math.min(changed, 1 + Math.min(before[column], now[column - 1]));
            }
            before = now;
        }
        return before[to.length()];
    }

}
