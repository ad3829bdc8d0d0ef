package dev.muster.config;

import org.jspecify.annotations.Nullable;

/** A template cannot be rendered: it is malformed, or it asks for what does not go. */
public final class RenderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String template;

    private final int line;

    private final int column;

    RenderException(String template, int line, int column, String problem, @Nullable Throwable cause) {
        super("The template " + template + " cannot be rendered: line " + line + ", column " + column + ": " + problem,
                cause);
        this.template = template;
        this.line = line;
        this.column = column;
    }

    /** The name that was given with the template. */
    public String template() {
        return this.template;
    }

    /** Where it failed, counted from 1. */
    public int line() {
        return this.line;
    }

    /** Where it failed in that line, counted from 1. */
    public int column() {
        return this.column;
    }

}
