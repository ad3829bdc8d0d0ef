package dev.muster.update;

import java.io.IOException;

/**
 * A package is not installed, and its source has not given it either. Trying again may
 * help.
 */
public final class SourceFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SourceFailedException(String message, IOException cause) {
        super(message, cause);
    }

}
