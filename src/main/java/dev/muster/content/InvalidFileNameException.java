package dev.muster.content;

/** A name that no file of a group may have; the message says why. */
public final class InvalidFileNameException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    InvalidFileNameException(String message) {
        super(message);
    }

}
