package dev.muster.service;

import java.util.Optional;

import dev.muster.content.Supply;
import dev.muster.pack.PackageIdent;

/**
 * By what a service is to run.
 *
 * @param group the service group by that spec
 * @param applied the group's current configuration, if it has one
 * @param release the release to run; empty for the newest installed one that the spec
 * allows, or what runs already
 */
record Order(ServiceSpec spec, String group, Optional<AppliedConfig> applied, Optional<PackageIdent> release) {

    /** One that leaves the release to the spec. */
    Order(ServiceSpec spec, String group, Optional<AppliedConfig> applied) {
        this(spec, group, applied, Optional.empty());
    }

    /**
     * The group says which release runs, unless the service takes new ones by itself:
     * then it has said so itself.
     */
    static Order of(ServiceSpec spec, String group, Optional<AppliedConfig> applied, ServiceContext context) {
        Optional<PackageIdent> release = (spec.updateStrategy() == UpdateStrategy.AT_ONCE)
                ? context.ownRelease(spec.name()).filter((own) -> own.satisfies(spec.ident()))
                : wanted(spec, applied).filter((known) -> known.supply() == Supply.HERE).map(AppliedRelease::ident);
        return new Order(spec, group, applied, release);
    }

    private static Optional<AppliedRelease> wanted(ServiceSpec spec, Optional<AppliedConfig> applied) {
        return applied.flatMap(AppliedConfig::release).filter((known) -> AppliedRelease.isTakenBy(spec, known.ident()));
    }

    /** What the group is to run, and this node has not got. */
    Optional<AppliedRelease> missing() {
        return wanted(this.spec, this.applied).filter((known) -> known.supply() != Supply.HERE);
    }

    /** The package to start from; of a partial one the newest release. */
    PackageIdent ident() {
        return this.release.orElse(this.spec.ident());
    }

    GroupFileSet files() {
        return this.applied.map(AppliedConfig::files).orElse(GroupFileSet.NONE);
    }

}
