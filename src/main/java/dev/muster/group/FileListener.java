package dev.muster.group;

/** Hears of files of groups; always on the node's loop. */
@FunctionalInterface
public interface FileListener {

    /** A file of this group is another one now, or gone; that is on disk. */
    void filesChanged(GroupName group);

}
