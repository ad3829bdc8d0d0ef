package dev.muster.rollout;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What follows when a member says that it failed to take a change. */
public enum OnFailure {

    /** What was complete last is applied again, as a new revision. */
    ROLLBACK,
    /** Nobody else takes the change until somebody says so. */
    PAUSE,
    /** Nothing. */
    NONE;

    /** As people write it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By its {@link #wireName()}. */
    public static Optional<OnFailure> named(String word) {
        return Arrays.stream(values()).filter((choice) -> choice.wireName().equals(word)).findFirst();
    }

}
