package dev.muster.service;

/**
 * A layer of a service's configuration cannot be read; the message says which and why.
 */
public final class UnreadableLayerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnreadableLayerException(String message, Throwable cause) {
        super(message, cause);
    }

}
