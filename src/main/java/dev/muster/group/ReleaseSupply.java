package dev.muster.group;

import java.util.Optional;

import dev.muster.content.Supply;
import dev.muster.pack.PackageIdent;

/**
 * How this member is supplied with the releases that its groups are to run. Any thread
 * may ask; never waits.
 */
@FunctionalInterface
public interface ReleaseSupply {

    /** For members that lack no release. */
    ReleaseSupply ALL_HERE = (group, release) -> Supply.HERE;

    /**
     * @return {@link Supply#HERE} also where this member's service of the group does not
     * take what the group says
     */
    Supply of(GroupName group, PackageIdent release);

    /** Of what a revision names, if it names one. */
    default Supply of(GroupName group, Optional<PackageIdent> release) {
        return release.map((ident) -> of(group, ident)).orElse(Supply.HERE);
    }

}
