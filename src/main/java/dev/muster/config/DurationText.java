package dev.muster.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 20} (seconds), {@code 500ms}, {@code 20s},
 * {@code 5m}, {@code 1h}.
 */
public final class DurationText {

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})(ms|s|m)?");

    private DurationText() {
    }

    /**
     * Reads a duration.
     * @throws IllegalArgumentException which names the text and shows good ones
     */
    public static Duration parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no duration; write 20 (seconds), 500ms, 20s or 5m");
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = (matcher.group(2) != null) ? matcher.group(2) : "s";
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /**
     * Writes a duration so that {@link #parse} reads the same, but for what is finer than
     * a millisecond.
     */
    public static String write(Duration duration) {
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        boolean minutes = duration.toSeconds() >= 120 && duration.toSecondsPart() == 0;
        return minutes ? duration.toMinutes() + "m" : duration.toSeconds() + "s";
    }

}
