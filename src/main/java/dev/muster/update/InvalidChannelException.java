package dev.muster.update;

import java.io.IOException;

/** What a source has given for a channel is none; says which line, and what one is. */
public final class InvalidChannelException extends IOException {

    private static final long serialVersionUID = 1L;

    InvalidChannelException(String message) {
        super(message);
    }

}
