package dev.muster.service;

/**
 * A spec, or its file, says something that cannot be; the message names key and value.
 */
public class MalformedSpecException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MalformedSpecException(String message) {
        super(message);
    }

    /**
     * @param message which value, and what fits
     */
    public MalformedSpecException(String message, Throwable cause) {
        super(message, cause);
    }

}
