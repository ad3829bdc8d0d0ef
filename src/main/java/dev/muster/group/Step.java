package dev.muster.group;

import org.jspecify.annotations.Nullable;

/**
 * One member of a group is now somewhere else with a revision.
 *
 * @param id names the place in the order of all steps, so that somebody who was cut off
 * can go on behind it; null for one of several that only together say where all are
 * @param member where it is now
 * @param left whether it no longer belongs to the group; then {@code member} is the last
 * that was known of it
 */
public record Step(@Nullable String id, RevisionStatus.Progress member, boolean left) {
}
