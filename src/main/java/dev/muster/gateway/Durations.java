package dev.muster.gateway;

import java.time.Duration;

import dev.muster.config.DurationText;

/** Durations in queries. */
final class Durations {

    private Durations() {
    }

    static Duration parse(String parameter, String text) {
        try {
            return DurationText.parse(text);
        }
        catch (IllegalArgumentException ex) {
            throw new ProblemException(ProblemType.BAD_REQUEST, parameter + ": " + ex.getMessage());
        }
    }

}
