package dev.muster.group;

import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.pack.PackageIdent;

/**
 * What would become of a change now.
 *
 * @param number that it would get; empty where it is applied already
 * @param base the revision it would be made on
 * @param files that the group would have
 * @param release which release of its package members would run, if that is said
 */
public record Prospect(OptionalLong number, Optional<Revision> base, GroupFiles files, Optional<PackageIdent> release) {

    /** What it would change in the files. */
    public java.util.List<GroupFiles.Changed> fileChanges() {
        return this.files.changesSince(this.base.map(Revision::files).orElse(GroupFiles.NONE));
    }

}
