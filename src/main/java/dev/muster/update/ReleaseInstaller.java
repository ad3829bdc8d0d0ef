package dev.muster.update;

import java.io.IOException;
import java.util.Set;

import dev.muster.pack.PackageIdent;

/** Puts releases on this node. Every method waits for the disk. */
public interface ReleaseInstaller {

    /** Whether some release is there that fits. */
    boolean hasAny(PackageIdent wanted);

    /** Whether it is there, with all that it needs to run. */
    boolean isInstalled(PackageIdent release);

    /**
     * Installs what its source has, with all that it needs to run, where it is not there
     * yet.
     * @param channel says what archives there are to be had of
     * @throws IOException when it cannot be had, or is not taken; its message stands for
     * itself
     */
    void install(PackageSource source, Channel channel, PackageIdent release) throws IOException;

    /**
     * Sees that a source has a release, without taking it.
     * @throws IOException when it has not, or cannot be asked; its message stands for
     * itself
     */
    void requireOffered(PackageSource source, PackageIdent release) throws IOException;

    /**
     * Takes away all but the newest releases of a package.
     * @param named origin and name
     * @param keep how many stay
     * @param needed what stays in any case
     */
    void clean(PackageIdent named, int keep, Set<PackageIdent> needed);

}
