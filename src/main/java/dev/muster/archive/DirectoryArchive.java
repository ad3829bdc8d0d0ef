package dev.muster.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

import dev.muster.pack.HookStatus;
import dev.muster.pack.PackageIdent;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A package directory that is packed into a tar.gz, laid out as a {@code .hart} is. Links
 * are packed as links.
 */
public final class DirectoryArchive {

    private static final int BUFFER = 65_536;

    private final Path directory;

    private final PackageIdent ident;

    private DirectoryArchive(Path directory, PackageIdent ident) {
        this.directory = directory;
        this.ident = ident;
    }

    /**
     * @throws InvalidArchiveException when it has no file {@code IDENT} that names a
     * release
     */
    public static DirectoryArchive of(Path directory) throws IOException {
        Path file = directory.resolve("IDENT");
        if (!Files.isRegularFile(file)) {
            throw new InvalidArchiveException("The directory " + directory + " has no file IDENT, so it is no package;"
                    + " IDENT names it, as core/redis/6.2.11/20230301000000");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new DirectoryArchive(directory,
                    PackageArchive.ident(new String(in.readNBytes(1_024), StandardCharsets.UTF_8)));
        }
    }

    public PackageIdent ident() {
        return this.ident;
    }

    /**
     * Packs it; does not close {@code out}.
     * @throws InvalidArchiveException naming what cannot be packed
     * @throws IOException when a file cannot be read, or changes its size meanwhile
     */
    public void writeTo(OutputStream out) throws IOException {
        GZIPOutputStream zipped = new GZIPOutputStream(out, BUFFER);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(zipped, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        Files.walkFileTree(this.directory, new SimpleFileVisitor<>() {

            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                add(tar, path, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                if (!path.getParent().equals(DirectoryArchive.this.directory)
                        || !path.getFileName().toString().equals(HookStatus.FILE)) {
                    add(tar, path, attributes);
                }
                return FileVisitResult.CONTINUE;
            }

        });
        tar.finish();
        tar.flush();
        zipped.finish();
    }

    private void add(TarArchiveOutputStream tar, Path path, BasicFileAttributes attributes) throws IOException {
        String below = this.directory.relativize(path).toString();
        String name = "hab/pkgs/" + this.ident + (below.isEmpty() ? "" : "/" + below);
        TarArchiveEntry entry;
        if (attributes.isDirectory()) {
            entry = new TarArchiveEntry(name + "/");
        }
        else if (attributes.isSymbolicLink()) {
            entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(path).toString());
        }
        else if (attributes.isRegularFile()) {
            entry = new TarArchiveEntry(name);
            entry.setSize(attributes.size());
        }
        else {
            throw new InvalidArchiveException(
                    path + " is neither file, directory nor link, and a package has nothing else: remove it");
        }
        if (!attributes.isSymbolicLink()) {
            entry.setMode(bits(Files.getPosixFilePermissions(path)));
        }
        entry.setModTime(attributes.lastModifiedTime());
        tar.putArchiveEntry(entry);
        if (attributes.isRegularFile()) {
            Files.copy(path, tar);
        }
        tar.closeArchiveEntry();
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (PosixFilePermission permission : permissions) {
            // In the order of declaration, from the owner's right to read downwards.
            bits |= 1 << (PosixFilePermission.values().length - 1 - permission.ordinal());
        }
        return bits;
    }

}
