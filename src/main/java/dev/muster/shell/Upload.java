package dev.muster.shell;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import dev.muster.archive.DirectoryArchive;
import dev.muster.archive.InvalidArchiveException;
import dev.muster.archive.PackageArchive;
import dev.muster.pack.PackageIdent;

/**
 * A package on its way to a node: an archive as it is, or a directory packed into a
 * temporary one, since what is sent has a length that is known before.
 *
 * @param file what is sent
 * @param temporary whether it was made for this and goes with it
 * @param signed whether it carries a signature
 */
record Upload(Path file, PackageIdent ident, boolean temporary, boolean signed) implements AutoCloseable {

    private static final int BUFFER = 65_536;

    private static final long MEGABYTE = 1L << 20;

    /**
     * @throws CommandFailure when there is no package there
     */
    static Upload of(Path source) throws CommandFailure {
        try {
            if (Files.isDirectory(source)) {
                return pack(DirectoryArchive.of(source));
            }
            PackageArchive archive = PackageArchive.of(source);
            return new Upload(source, archive.ident(), false, archive.signed());
        }
        catch (InvalidArchiveException ex) {
            throw CommandFailure.of(7, ex.tooLarge() ? "too-large" : "invalid-config", source + ": " + ex.getMessage());
        }
        catch (NoSuchFileException ex) {
            throw CommandFailure.of(7, "invalid-name",
                    "There is no file " + ex.getFile() + ": give a .hart, a tar.gz, a tar.xz or a package directory");
        }
        catch (IOException | UncheckedIOException ex) {
            throw CommandFailure.of(7, "invalid-name", source + " cannot be read: " + ex);
        }
    }

    private static Upload pack(DirectoryArchive directory) throws IOException {
        Path packed = Files.createTempFile("muster-", ".tar.gz");
        // Somebody who interrupts the command ends this process.
        packed.toFile().deleteOnExit();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(packed), BUFFER)) {
            directory.writeTo(out);
        }
        catch (IOException | RuntimeException ex) {
            Files.deleteIfExists(packed);
            throw ex;
        }
        return new Upload(packed, directory.ident(), true, false);
    }

    /** Tells on a terminal how far an upload is that takes more than a second. */
    static ControlClient.Progress progress(PrintStream err, boolean terminal) {
        long begun = System.nanoTime();
        long[] next = { begun + TimeUnit.SECONDS.toNanos(1) };
        boolean[] shown = { false };
        return (sent, total) -> {
            long now = System.nanoTime();
            if (terminal && (now > next[0] || (sent == total && shown[0]))) {
                next[0] = now + TimeUnit.MILLISECONDS.toNanos(200);
                shown[0] = true;
                err.print("\r" + sent / MEGABYTE + " of " + total / MEGABYTE + " MiB sent"
                        + ((sent == total) ? "\n" : ""));
                err.flush();
            }
        };
    }

    @Override
    public void close() {
        if (this.temporary) {
            try {
                Files.deleteIfExists(this.file);
            }
            catch (IOException ex) {
                throw new UncheckedIOException("The temporary file " + this.file + " could not be removed", ex);
            }
        }
    }

}
