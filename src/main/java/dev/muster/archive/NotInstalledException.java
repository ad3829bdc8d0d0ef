package dev.muster.archive;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import dev.muster.pack.PackageIdent;

/** No release of such a package is installed. */
public final class NotInstalledException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotInstalledException(PackageIdent wanted, List<Path> places) {
        super("No release of " + wanted + " is installed. Looked in "
                + places.stream().map(Path::toString).collect(Collectors.joining(", "))
                + "; muster pkg list shows what is");
    }

}
