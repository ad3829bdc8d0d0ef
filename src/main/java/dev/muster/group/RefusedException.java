package dev.muster.group;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * An apply that changed nothing. The reason tells whether the same one may do better
 * later.
 */
public final class RefusedException extends RuntimeException {

    /** Stands for the revision of a group that has none. */
    public static final String NO_REVISION = "none";

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    private final transient @Nullable Revision current;

    RefusedException(Reason reason, String message, @Nullable Revision current) {
        super(message);
        this.reason = reason;
        this.current = current;
    }

    /** Another revision is current than the one that was to be. */
    public static RefusedException mismatch(String expected, Optional<Revision> current) {
        return new RefusedException(Reason.REVISION_MISMATCH, mismatchText(expected, current), current.orElse(null));
    }

    /** It does not fit what is there now. */
    public static RefusedException conflict(String why) {
        return new RefusedException(Reason.CONFLICT, why, null);
    }

    static String mismatchText(String expected, Optional<Revision> current) {
        return "The current revision is " + current.map(Revision::id).orElse(NO_REVISION) + ", not " + expected
                + "; nothing was changed";
    }

    public Reason reason() {
        return this.reason;
    }

    /** The revision that stood against it. */
    public Optional<Revision> current() {
        return Optional.ofNullable(this.current);
    }

    /** Why. */
    public enum Reason {

        /** The number is taken or passed; another number will do. */
        CONFLICT,

        /** The revision that was to be current is not. */
        REVISION_MISMATCH,

        /** There is no such rollout, no such member in it, or no such file. */
        NOT_FOUND,

        /** No revision can have this number. */
        NUMBER_OUT_OF_RANGE,

        /**
         * The group takes only what is encrypted for it, or nothing that is encrypted.
         */
        ENCRYPTION,

        /** The group would have more than one may have. */
        TOO_LARGE,

        /** Too much waits to be sent to others; try again soon. */
        BUSY,

        /**
         * The disk does not take it; try again when there is room, or when it is whole.
         */
        STORAGE

    }

}
