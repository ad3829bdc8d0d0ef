package dev.muster.content;

/**
 * No other member has taken a copy, so a content was not announced; trying again may
 * help.
 */
public final class NoSecondCopyException extends Exception {

    private static final long serialVersionUID = 1L;

    NoSecondCopyException(String message) {
        super(message);
    }

}
