package dev.muster.group;

import java.util.Optional;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of an apply, decided against what is stored and what is about to be. Only
 * here do number and content meet; a merge that looked at both would depend on the order
 * of arrival.
 */
final class Door {

    private Door() {
    }

    /**
     * Decides.
     * @param number what was asked for, if anything
     * @param ifRevision the revision that must be current, if one was named; {@code none}
     * where there must not be any
     * @param contentHash of the layer to apply
     * @param current the greatest revision that is stored or on its way to the disk
     * @param nowMicros this node's wall clock
     */
    static Decision decide(OptionalLong number, @Nullable String ifRevision, String contentHash,
            Optional<Revision> current, long nowMicros) {
        if (number.isPresent() && (number.getAsLong() < 1 || number.getAsLong() > Revision.MAX_NUMBER)) {
            return new Refuse(RefusedException.Reason.NUMBER_OUT_OF_RANGE, "The number " + number.getAsLong()
                    + " is out of range: it must be from 1 to " + Revision.MAX_NUMBER);
        }
        if (ifRevision != null && !ifRevision.equals(current.map(Revision::id).orElse(RefusedException.NO_REVISION))) {
            return new Refuse(RefusedException.Reason.REVISION_MISMATCH,
                    RefusedException.mismatchText(ifRevision, current));
        }
        if (current.isEmpty()) {
            return new Accept(number.orElse(1), nowMicros);
        }
        Revision known = current.get();
        boolean sameContent = known.contentHash().equals(contentHash);
        if (sameContent && (number.isEmpty() || number.getAsLong() == known.number())) {
            return new Already(known);
        }
        long next = known.number() + 1;
        long wanted = number.orElse(next);
        if (wanted > Revision.MAX_NUMBER) {
            return new Refuse(RefusedException.Reason.NUMBER_OUT_OF_RANGE,
                    "The current revision " + known.id() + " has the greatest number there is; none can follow it");
        }
        if (wanted <= known.number()) {
            return new Refuse(RefusedException.Reason.CONFLICT,
                    "Number " + wanted
                            + ((wanted == known.number()) ? " is the current one already, with other content"
                                    : " is lower than the current one, " + known.number())
                            + "; leave the number out to get " + next);
        }
        return new Accept(wanted, Math.max(nowMicros, known.version().minor() + 1));
    }

    /** One of {@link Accept}, {@link Already}, {@link Refuse}. */
    sealed interface Decision {

    }

    /**
     * A new revision.
     *
     * @param micros its time, after that of its base
     */
    record Accept(long number, long micros) implements Decision {
    }

    /** What was asked for holds. */
    record Already(Revision current) implements Decision {
    }

    /** Nothing is changed. */
    record Refuse(RefusedException.Reason reason, String message) implements Decision {
    }

}
