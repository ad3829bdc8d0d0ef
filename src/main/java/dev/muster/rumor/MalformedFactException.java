package dev.muster.rumor;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are no fact, or none of a format this release reads. Trying again does not
 * help.
 */
public final class MalformedFactException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public MalformedFactException(String message, @Nullable Throwable cause) {
        super((cause != null) ? message + ": " + cause.getMessage() : message, cause);
    }

}
