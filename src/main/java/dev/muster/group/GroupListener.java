package dev.muster.group;

/** Hears what becomes of groups; always on the node's loop. */
public interface GroupListener {

    /** Another revision holds for this group; it is on disk. */
    void revised(GroupName group, Revision current);

    /** Something of this group has changed: a member, its state, a revision. */
    default void changed(GroupSnapshot group) {
    }

}
