package dev.muster.archive;

import java.util.List;

import dev.muster.pack.PackageIdent;

/** Who on this node needs a release. Any thread; never waits. */
public interface ReleaseUse {

    /** Names of the services that run exactly this release now. */
    List<String> runBy(PackageIdent release);

    /** Groups of this node that are to run it, or may go back to it. */
    List<Claim> claims(PackageIdent release);

    /**
     * A group that needs a release.
     *
     * @param group its name
     * @param service that of it which is loaded here
     * @param why what the group is to do with it, with which revision, as a part of a
     * sentence
     */
    record Claim(String group, String service, String why) {
    }

}
