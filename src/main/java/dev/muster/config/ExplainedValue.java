package dev.muster.config;

import java.util.List;
import java.util.function.Function;

/**
 * A value of a merged configuration, and which of its layers it is from. A list is one
 * value, and so is a table that has nothing in it.
 *
 * @param keys that lead to it, from the root
 * @param value as {@link Toml#parse} gives it
 * @param layer the name of the strongest layer that sets it
 */
public record ExplainedValue(List<String> keys, Object value, String layer) {

    /** Where comments stand at most, so that one long value does not move all of them. */
    private static final int WIDEST = 48;

    public ExplainedValue {
        keys = List.copyOf(keys);
    }

    /** The keys as TOML has them: with dots between, in quotes where they have to be. */
    public String path() {
        return Literal.path(this.keys);
    }

    /** As one line of TOML without its line end: {@code tls.port = 443}. */
    public String toml() {
        return path() + " = " + TomlWriter.inline(this.value);
    }

    /**
     * Writes values as TOML, one on each line, with a comment behind it. Reading the text
     * gives the merged configuration again.
     * @param comment what is said of a layer, given its name; nothing is where it is
     * empty
     */
    public static String text(List<ExplainedValue> values, Function<String, String> comment) {
        int width = values.stream()
            .mapToInt((value) -> value.toml().length())
            .filter((length) -> length <= WIDEST)
            .max()
            .orElse(0);
        StringBuilder text = new StringBuilder();
        for (ExplainedValue value : values) {
            String line = value.toml();
            // A comment ends with its line, and TOML has no control characters in it.
            String said = comment.apply(value.layer()).replaceAll("\\p{Cntrl}+", " ").strip();
            text.append(line);
            if (!said.isEmpty()) {
                text.append(" ".repeat(Math.max(0, width - line.length()))).append("   # ").append(said);
            }
            text.append('\n');
        }
        return text.toString();
    }

}
