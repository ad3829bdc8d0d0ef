package dev.muster.rollout;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the members of a group take a change. */
public enum Strategy {

    /** Everybody as soon as it is there. */
    AT_ONCE,
    /** In the order of the plan, so many at a time. */
    ROLLING,
    /** First a few, the others once somebody has promoted the change. */
    CANARY;

    /** As people write it: {@code at-once}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** By its {@link #wireName()}. */
    public static Optional<Strategy> named(String word) {
        return Arrays.stream(values()).filter((strategy) -> strategy.wireName().equals(word)).findFirst();
    }

    /** What follows a failure where nobody said otherwise. */
    OnFailure usualOnFailure() {
        return switch (this) {
            case AT_ONCE -> OnFailure.NONE;
            case ROLLING -> OnFailure.ROLLBACK;
            case CANARY -> OnFailure.PAUSE;
        };
    }

}
