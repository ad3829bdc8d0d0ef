package dev.muster.key;

/** A change of tokens that was not made; the text says why and what to do. */
public final class TokenRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    TokenRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return this.reason;
    }

    /** Tells a caller what to do next. */
    public enum Reason {

        /** What is asked for does not go with what there is. */
        CONFLICT,

        /** There is no such token here. */
        NOT_FOUND,

        /** Later it may be possible. */
        BUSY,

        /** It could not be written. */
        STORAGE

    }

}
