package dev.muster.group;

import java.util.function.Predicate;

import dev.muster.service.Rung;

/** What somebody waits for who asks about a revision. */
public enum Until {

    /** Nothing. */
    NOW((status) -> true),

    /** All members that are present have the revision on disk. */
    RECEIVED(RevisionStatus::received),

    /**
     * They have also done with it what they do at once: rendered it, and acted on that.
     */
    ACTED((status) -> status.members().stream().allMatch(Until::hasActed)),

    /** All members that are present are at the top, or have failed. */
    TOP(RevisionStatus::ended);

    private final Predicate<RevisionStatus> reached;

    Until(Predicate<RevisionStatus> reached) {
        this.reached = reached;
    }

    boolean reached(RevisionStatus status) {
        return this.reached.test(status);
    }

    private static boolean hasActed(RevisionStatus.Progress member) {
        return switch (member.rung()) {
            case RECEIVED, RENDERED -> false;
            case WAITING -> member.received();
            case AWAY, UNCHANGED, RECONFIGURED, RESTARTED, HEALTHY, FAILED, STOPPED -> true;
        };
    }

}
