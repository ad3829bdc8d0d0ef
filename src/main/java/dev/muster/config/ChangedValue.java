package dev.muster.config;

import org.jspecify.annotations.Nullable;

/**
 * A value that differs between two configurations.
 *
 * @param key its path, as people write it
 * @param before as TOML on one line; null where there was none
 * @param after as TOML on one line; null where there is none
 */
public record ChangedValue(String key, @Nullable String before, @Nullable String after) {

    /** {@code added}, {@code removed} or {@code changed}. */
    public String change() {
        if (this.before == null) {
            return "added";
        }
        return (this.after == null) ? "removed" : "changed";
    }

}
