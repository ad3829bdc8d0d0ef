package dev.muster.group;

/** Hears what becomes of groups; always on the node's loop. */
public interface GroupListener {

    /**
     * A service of this member may run with something else than before:
     * {@link ServiceGroupRegistry#allowed}.
     */
    default void allowedChanged(GroupName group) {
    }

    /** Something of this group has changed: a member, its state, a revision. */
    default void changed(GroupSnapshot group) {
    }

}
