package dev.muster.archive;

import org.jspecify.annotations.Nullable;

/** An archive is not taken; nothing of it was kept. The same one is never taken later. */
public final class InvalidArchiveException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    private InvalidArchiveException(String message, boolean tooLarge, @Nullable Throwable cause) {
        super(message, cause);
        this.tooLarge = tooLarge;
    }

    InvalidArchiveException(String message) {
        this(message, false, null);
    }

    InvalidArchiveException(String message, Throwable cause) {
        this(message, false, cause);
    }

    static InvalidArchiveException tooLarge(String message) {
        return new InvalidArchiveException(message, true, null);
    }

    /** Whether only its size is what is wrong with it. */
    public boolean tooLarge() {
        return this.tooLarge;
    }

}
