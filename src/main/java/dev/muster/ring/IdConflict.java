package dev.muster.ring;

import dev.muster.rumor.MemberId;

/**
 * Two processes that both are one member.
 *
 * @param id which
 * @param ours where this process is, {@code HOST:PORT}
 * @param theirs where the other one is
 * @param starting whether this process has just started and found the other one in the
 * ring; otherwise two rings met, each with one of them
 */
public record IdConflict(MemberId id, String ours, String theirs, boolean starting) {

    /** What happened and what to do, as a sentence. */
    public String message() {
        return "Member " + this.id + " at " + this.ours
                + (this.starting ? " is running already at " + this.theirs
                        : " met itself, started later, at " + this.theirs)
                + ". Two nodes must not share a root directory or a copy of it; "
                + "stop one of them, or remove the node key of the copy so that it becomes a member of its own";
    }

}
