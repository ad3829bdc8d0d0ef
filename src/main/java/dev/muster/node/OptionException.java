package dev.muster.node;

import org.jspecify.annotations.Nullable;

/**
 * An option, or a set of options, with which a node does not start. The message says
 * which, and what to do.
 */
public final class OptionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OptionException(String message) {
        this(message, null);
    }

    OptionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

}
