package dev.muster.archive;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.muster.pack.HookStatus;
import dev.muster.pack.PackageIdent;

/**
 * What an install has come to.
 *
 * @param path of the package
 * @param fresh whether it was put there now; otherwise it was there already
 * @param signer name of the key that its archive is signed with; empty for an archive
 * without a signature, and where nothing was unpacked
 * @param hook what became of the package's install hook
 * @param missing packages that it needs to run and that are not installed
 */
public record Installation(PackageIdent ident, Path path, boolean fresh, Optional<String> signer, HookStatus hook,
        List<PackageIdent> missing) {

    public Installation {
        missing = List.copyOf(missing);
    }

}
