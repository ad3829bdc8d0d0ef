package dev.muster.archive;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.pack.PackageIdent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's own directory of packages. A release appears in it and vanishes from it by
 * one rename; until then, and from then on, it is a directory beside it whose name no
 * look-up takes for a release. What a killed node leaves of these is removed by the next.
 */
final class PackageDirectory {

    private static final Logger log = LoggerFactory.getLogger(PackageDirectory.class);

    private static final String UNFINISHED = ".hab-pkg-install-";

    private static final String REPLACED = UNFINISHED + "replaced-";

    private static final int RELEASE_DIGITS = 14;

    private final Path path;

    /** Held while directories above a release are made or removed. */
    private final Object branches = new Object();

    private final Set<Path> inUse = ConcurrentHashMap.newKeySet();

    PackageDirectory(Path path) {
        this.path = path;
    }

    Path path() {
        return this.path;
    }

    Path of(PackageIdent ident) {
        return this.path.resolve(ident.toString());
    }

    /** A directory for a release that is not there yet; nobody else may look into it. */
    Path begin(PackageIdent ident) throws IOException {
        synchronized (this.branches) {
            Path version = Files.createDirectories(of(ident).getParent());
            clean(version);
            Path made = Files.createTempDirectory(version, UNFINISHED + ident.release() + "-");
            this.inUse.add(made);
            return made;
        }
    }

    /**
     * Gives what was begun its place; durable when this returns.
     * @param replace whether a release that is there makes way
     */
    void finish(Path begun, PackageIdent ident, boolean replace) throws IOException {
        Path target = of(ident);
        Files.setPosixFilePermissions(begun, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        new DirectoryTree(begun).sync();
        Path before = null;
        if (replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            before = aside(target, REPLACED);
        }
        Files.move(begun, target, StandardCopyOption.ATOMIC_MOVE);
        for (Path above = target.getParent(); above.startsWith(this.path); above = above.getParent()) {
            DirectoryTree.force(above);
        }
        if (before != null) {
            discard(before);
        }
    }

    private Path aside(Path target, String prefix) throws IOException {
        Path aside = target.resolveSibling(prefix + target.getFileName() + "-" + Long.toHexString(System.nanoTime()));
        this.inUse.add(aside);
        Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
        return aside;
    }

    /** Removes what was begun, if it is still there, and is done with it. */
    void discard(Path begun) throws IOException {
        new DirectoryTree(begun).delete();
        this.inUse.remove(begun);
        synchronized (this.branches) {
            new DirectoryTree(begun.getParent()).prune(this.path);
        }
    }

    void remove(PackageIdent ident) throws IOException {
        Path target = of(ident);
        Path aside = aside(target, UNFINISHED + "removed-");
        DirectoryTree.force(target.getParent());
        discard(aside);
    }

    /** Removes what an earlier run of the node has left. */
    void clean() throws IOException {
        for (Path origin : directories(this.path)) {
            for (Path name : directories(origin)) {
                for (Path version : directories(name)) {
                    synchronized (this.branches) {
                        clean(version);
                        new DirectoryTree(version).prune(this.path);
                    }
                }
            }
        }
    }

    private void clean(Path version) throws IOException {
        for (Path entry : directories(version)) {
            String name = entry.getFileName().toString();
            if (!name.startsWith(UNFINISHED) || this.inUse.contains(entry)) {
                continue;
            }
            if (name.startsWith(REPLACED) && name.length() > REPLACED.length() + RELEASE_DIGITS) {
                Path release = version.resolve(name.substring(REPLACED.length(), REPLACED.length() + RELEASE_DIGITS));
                if (!Files.exists(release, LinkOption.NOFOLLOW_LINKS)) {
                    log.warn("A release that was being replaced is put back: path={}", release);
                    Files.move(entry, release, StandardCopyOption.ATOMIC_MOVE);
                    continue;
                }
            }
            log.info("What an install or uninstall has left is removed: path={}", entry);
            new DirectoryTree(entry).delete();
        }
    }

    private static java.util.List<Path> directories(Path directory) throws IOException {
        java.util.List<Path> found = new java.util.ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory,
                    (entry) -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
                entries.forEach(found::add);
            }
        }
        return found;
    }

}
