package dev.muster.config;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * A text is no TOML (or no JSON, where that was asked for). The same text fails in the
 * same way each time: whoever wrote it has to change it.
 */
public final class InvalidTomlException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    private final int column;

    private final String problem;

    private final @Nullable String key;

    InvalidTomlException(int line, int column, String problem, @Nullable String key) {
        super("line " + line + ", column " + column + ": " + problem);
        this.line = line;
        this.column = column;
        this.problem = problem;
        this.key = key;
    }

    /** Where it went wrong, counted from 1. */
    public int line() {
        return this.line;
    }

    /** Where it went wrong in that line, in characters, counted from 1. */
    public int column() {
        return this.column;
    }

    /** What is wrong, without the place; {@link #getMessage()} has both. */
    public String problem() {
        return this.problem;
    }

    /** The path of the key it is about, as {@code tls.port}, where there is one. */
    public Optional<String> key() {
        return Optional.ofNullable(this.key);
    }

}
