package dev.muster.group;

/** Hears what becomes of groups; always on the node's loop. */
public interface GroupListener {

    /**
     * A service of this member may run with something else than before:
     * {@link ServiceGroupRegistry#allowed}.
     */
    default void allowedChanged(GroupName group) {
    }

    /**
     * This member has said a revision that nobody has asked for: one that takes another
     * back, or moves the group to another release. Others may have said the same one.
     */
    default void said(Revision revision) {
    }

    /** Something of this group has changed: a member, its state, a revision. */
    default void changed(GroupSnapshot group) {
    }

}
