package dev.muster.ring;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/** The other side of a connection is not of our ring, or takes us for such. */
final class RejectedConnectionException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message begins with "it", for the other side
     */
    RejectedConnectionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

}
