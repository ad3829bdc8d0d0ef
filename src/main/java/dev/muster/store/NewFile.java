package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that are written whole or not at all. */
final class NewFile {

    private NewFile() {
    }

    /** Makes a directory that only its owner may look into, where there is none. */
    static void makeDirectory(Path directory) throws UnusableKeyException {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory.toAbsolutePath().getParent());
                Files.createDirectory(directory,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        }
        catch (IOException ex) {
            // Another process may have made it meanwhile.
            if (!Files.isDirectory(directory)) {
                throw UnusableKeyException.barred("make the directory for keys", directory, ex);
            }
        }
    }

    /**
     * Writes and syncs a file in the place of one that may be there. Of several who do it
     * at once one is the last.
     * @param mode of the file, as {@code r--------}
     */
    static void replace(Path file, byte[] content, String mode) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path whole = whole(file, content, mode);
        try {
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        }
        finally {
            Files.deleteIfExists(whole);
        }
        Disk.LOCAL.syncDirectory(directory);
    }

    /**
     * Writes and syncs a new file, never in the place of another one. Until it has all of
     * its content it has another name, and only its owner may read it.
     * @param mode of the file, as {@code r--------}
     * @throws java.nio.file.FileAlreadyExistsException when there is a file of that name
     */
    static void write(Path file, byte[] content, String mode) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path whole = whole(file, content, mode);
        try {
            // A link fails where a rename would replace what another process just made.
            Files.createLink(file, whole);
        }
        finally {
            Files.delete(whole);
        }
        Disk.LOCAL.syncDirectory(directory);
    }

    private static Path whole(Path file, byte[] content, String mode) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path whole = Files.createTempFile(directory, "." + file.getFileName(), ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel out = FileChannel.open(whole, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            Files.setPosixFilePermissions(whole, PosixFilePermissions.fromString(mode));
            out.force(true);
            return whole;
        }
        catch (IOException ex) {
            Files.delete(whole);
            throw ex;
        }
    }

}
