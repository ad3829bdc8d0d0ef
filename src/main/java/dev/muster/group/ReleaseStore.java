package dev.muster.group;

import java.util.concurrent.CompletableFuture;

import dev.muster.pack.PackageIdent;

/** Where the releases of packages come from. Called on the node's loop; never waits. */
public interface ReleaseStore {

    /**
     * Whether this member's service of a group runs what the group says, and may run
     * this.
     */
    boolean takes(GroupName group, PackageIdent release);

    /**
     * Sees to it that a release is installed on this node; at once where it is already.
     * @return completes on any thread; fails with a message for people
     */
    CompletableFuture<Void> bring(GroupName group, PackageIdent release);

}
