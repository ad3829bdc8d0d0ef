package dev.muster.archive;

import java.nio.file.Path;

import dev.muster.pack.HookStatus;
import dev.muster.pack.PackageIdent;

/**
 * A package in a list.
 *
 * @param service whether it can be loaded as a service
 * @param removable whether it lies below the node's own root
 */
public record InstalledRelease(PackageIdent ident, Path path, boolean service, HookStatus hook, boolean removable) {
}
