package dev.muster.config;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Something in a configuration that a package does not expect.
 *
 * @param kind what it is
 * @param key where; empty for the whole
 * @param problem in words, with the value
 * @param suggestion the key that may have been meant
 */
public record Finding(Kind kind, List<String> key, String problem, @Nullable String suggestion) {

    public Finding {
        key = List.copyOf(key);
    }

    /** The key as people write it; empty for the whole. */
    public String path() {
        return Literal.path(this.key);
    }

    /** The same, as something to look at only. */
    public Finding asWarning() {
        return new Finding(Kind.WARNING, this.key, this.problem, this.suggestion);
    }

    /** How serious it is. */
    public enum Kind {

        /** Nothing is known to use it: a mistake, unless it is said to be meant. */
        UNKNOWN_KEY,

        /** The package's schema does not allow it. */
        UNFIT,

        /** Worth a look. */
        WARNING

    }

}
