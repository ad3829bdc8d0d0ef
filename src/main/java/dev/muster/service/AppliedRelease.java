package dev.muster.service;

import dev.muster.content.Supply;
import dev.muster.pack.PackageIdent;

/**
 * The release of a service's package that its group is to run.
 *
 * @param ident with version and release
 * @param supply whether it is installed on this node, or will be
 */
public record AppliedRelease(PackageIdent ident, Supply supply) {

    /** Whether a service that is loaded by this spec runs what its group says. */
    public static boolean isTakenBy(ServiceSpec spec, PackageIdent release) {
        return spec.updateStrategy() != UpdateStrategy.AT_ONCE && release.satisfies(spec.ident());
    }

}
