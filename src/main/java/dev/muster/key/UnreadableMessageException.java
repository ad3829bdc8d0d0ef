package dev.muster.key;

/**
 * What should have been encrypted is not, or not for this key, or somebody has changed
 * it: which of these cannot always be told. Another key may help, the same one never
 * does. What it says holds nothing of what was encrypted.
 */
public final class UnreadableMessageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableMessageException(String message) {
        super(message);
    }

}
