package dev.muster.rollout;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many members, or so many in a hundred.
 *
 * @param number at least 1; at most 100 for a percentage
 */
public record Amount(int number, boolean percent) {

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,5})(%?)");

    public Amount {
        if (number < 1 || (percent && number > 100)) {
            throw new IllegalArgumentException("An amount is a number from 1 or a percentage from 1% to 100%, not "
                    + number + (percent ? "%" : ""));
        }
    }

    /**
     * Reads {@code 2} or {@code 25%}.
     * @throws InvalidRolloutException which names the option
     */
    static Amount parse(String option, String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (matcher.matches()) {
            int number = Integer.parseInt(matcher.group(1));
            boolean percent = !matcher.group(2).isEmpty();
            if (number >= 1 && !(percent && number > 100)) {
                return new Amount(number, percent);
            }
        }
        throw new InvalidRolloutException(option,
                option + " takes a number of members from 1 or a percentage from 1% to 100%, not '" + text + "'");
    }

    /** How many of that many members; at least one, percentages rounded down. */
    int of(int size) {
        int wanted = this.percent ? (int) ((long) size * this.number / 100) : this.number;
        return Math.max(1, Math.min(wanted, Math.max(1, size)));
    }

    @Override
    public String toString() {
        return this.number + (this.percent ? "%" : "");
    }

}
