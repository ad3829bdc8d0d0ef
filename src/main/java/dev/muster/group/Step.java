package dev.muster.group;

import org.jspecify.annotations.Nullable;

/** Something has happened to a revision on its way through its group. */
public sealed interface Step {

    /**
     * Names the place in the order of all steps, so that somebody who was cut off can go
     * on behind it; null for one of several that only together say where all are.
     */
    @Nullable String id();

    /**
     * One member is now somewhere else with it.
     *
     * @param member where it is now
     * @param left whether it no longer belongs to the group; then {@code member} is the
     * last that was known of it
     */
    record OfMember(@Nullable String id, RevisionStatus.Progress member, boolean left) implements Step {
    }

    /** The rollout stands otherwise than before: it was paused, say. */
    record OfRollout(@Nullable String id, RolloutStatus rollout) implements Step {
    }

}
