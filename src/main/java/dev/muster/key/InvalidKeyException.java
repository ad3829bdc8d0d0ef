package dev.muster.key;

/**
 * A text is no key of the kind that was asked for, or a name is none that a key can have.
 * The same text fails in the same way each time. What it says never holds any of the
 * text, which may be most of a secret.
 */
public final class InvalidKeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidKeyException(String message) {
        super(message);
    }

}
