package dev.muster.group;

import dev.muster.pack.PackageIdent;

/**
 * What the source of one member's service has for it.
 *
 * @param release the newest one of its channel that its spec allows
 * @param follows whether the group is to go back with the channel, too
 * @param forgiven what was left with a revision of at most this number may be tried
 * again: somebody has said so
 */
public record ReleaseOffer(PackageIdent release, boolean follows, long forgiven) {

    /**
     * @throws IllegalArgumentException when it names no release
     */
    public ReleaseOffer {
        if (!release.isRelease()) {
            throw new IllegalArgumentException("A release is offered, and " + release + " is none");
        }
    }

}
