package dev.muster.group;

import java.util.Locale;
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
     * @param same whether the current revision says what is asked for
     * @param current the greatest revision that is stored or on its way to the disk
     * @param nowMicros this node's wall clock
     */
    static Decision decide(OptionalLong number, @Nullable String ifRevision, boolean same, Optional<Revision> current,
            long nowMicros) {
        Optional<Refuse> other = mismatch(ifRevision, current);
        if (number.isEmpty() && other.isPresent()) {
            return other.get();
        }
        Numbering numbering = number("number", number,
                current.map((known) -> OptionalLong.of(known.number())).orElseGet(OptionalLong::empty), same);
        Refuse refusal = numbering.refusal();
        if (refusal != null && refusal.reason() == RefusedException.Reason.NUMBER_OUT_OF_RANGE) {
            return refusal;
        }
        if (other.isPresent()) {
            return other.get();
        }
        if (refusal != null) {
            return refusal;
        }
        return numbering.number().isPresent() ? new Accept(numbering.number().getAsLong(), micros(current, nowMicros))
                : new Already(current.orElseThrow());
    }

    /** The time of a change that is made now, after that of its base. */
    static long micros(Optional<Revision> current, long nowMicros) {
        return current.map((known) -> Math.max(nowMicros, known.version().minor() + 1)).orElse(nowMicros);
    }

    /** Whether another revision is current than the one that must be. */
    static Optional<Refuse> mismatch(@Nullable String ifRevision, Optional<Revision> current) {
        boolean other = ifRevision != null
                && !ifRevision.equals(current.map(Revision::id).orElse(RefusedException.NO_REVISION));
        return other ? Optional.of(new Refuse(RefusedException.Reason.REVISION_MISMATCH,
                RefusedException.mismatchText(String.valueOf(ifRevision), current))) : Optional.empty();
    }

    /**
     * The table of numbers.
     * @param what is numbered, in small letters
     * @param asked for, if anything
     * @param known the current one, if there is one
     * @param same whether what it stands for is what is asked for
     */
    static Numbering number(String what, OptionalLong asked, OptionalLong known, boolean same) {
        String sentence = what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1);
        if (asked.isPresent() && (asked.getAsLong() < 1 || asked.getAsLong() > Revision.MAX_NUMBER)) {
            return Numbering.refuse(RefusedException.Reason.NUMBER_OUT_OF_RANGE, "The " + what + " " + asked.getAsLong()
                    + " is out of range: it must be from 1 to " + Revision.MAX_NUMBER);
        }
        if (known.isEmpty()) {
            return new Numbering(OptionalLong.of(asked.orElse(1)), null);
        }
        long current = known.getAsLong();
        if (same && (asked.isEmpty() || asked.getAsLong() == current)) {
            return new Numbering(OptionalLong.empty(), null);
        }
        long next = current + 1;
        long wanted = asked.orElse(next);
        if (wanted > Revision.MAX_NUMBER) {
            return Numbering.refuse(RefusedException.Reason.NUMBER_OUT_OF_RANGE,
                    "The current " + what + ", " + current + ", is the greatest there is; none can follow it");
        }
        if (wanted <= current) {
            return Numbering.refuse(RefusedException.Reason.CONFLICT,
                    sentence + " " + wanted
                            + ((wanted == current) ? " is the current one already, with other content"
                                    : " is lower than the current one, " + current)
                            + "; leave the number out to get " + next);
        }
        return new Numbering(OptionalLong.of(wanted), null);
    }

    /**
     * What becomes of a number.
     *
     * @param number the new one; empty where what was asked for holds already
     * @param refusal why there is none; null where there is
     */
    record Numbering(OptionalLong number, @Nullable Refuse refusal) {

        private static Numbering refuse(RefusedException.Reason reason, String message) {
            return new Numbering(OptionalLong.empty(), new Refuse(reason, message));
        }

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
