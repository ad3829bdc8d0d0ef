package dev.muster.gateway;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in queries. */
final class Durations {

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");

    private Durations() {
    }

    static Duration parse(String parameter, String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new ProblemException(ProblemType.BAD_REQUEST,
                    parameter + " is a duration, as 20 (seconds), 500ms, 20s or 5m, not '" + text + "'");
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = (matcher.group(2) != null) ? matcher.group(2) : "s";
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

}
