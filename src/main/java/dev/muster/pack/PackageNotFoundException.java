package dev.muster.pack;

import java.util.List;

/** No directory of the package path holds such a package for this machine. */
public final class PackageNotFoundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient PackageIdent wanted;

    PackageNotFoundException(PackageIdent wanted, String target, List<String> places) {
        super("There is no package " + wanted + " for " + target + ". Looked in " + String.join(", ", places)
                + ". Put it into one of these as origin/name/version/release, or name its directory in MUSTER_PKG_PATH");
        this.wanted = wanted;
    }

    public PackageIdent wanted() {
        return this.wanted;
    }

}
