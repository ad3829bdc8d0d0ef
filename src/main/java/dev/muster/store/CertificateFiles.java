package dev.muster.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

import dev.muster.key.NamedRevision;
import dev.muster.key.SelfSigned;

/**
 * A certificate and its key, each in a file of its own.
 *
 * @param certificate for everybody
 * @param key for its owner
 */
public record CertificateFiles(Path certificate, Path key) {

    /**
     * Writes both, under Habitat's names, the key first.
     * @throws KeyConflictException when one of them is there already
     */
    public static CertificateFiles write(Path directory, NamedRevision id, SelfSigned content)
            throws KeyConflictException, UnusableKeyException {
        CertificateFiles files = new CertificateFiles(directory.resolve(id + ".crt.pem"),
                directory.resolve(id + ".key.pem"));
        NewFile.makeDirectory(directory);
        write(files.key, id, content.key(), "r--------");
        write(files.certificate, id, content.certificate(), "r--r--r--");
        return files;
    }

    /**
     * The newest of either in a directory that {@link #write} filled.
     * @param ending of their names, {@code .crt.pem} or {@code .key.pem}
     */
    public static Path newest(Path directory, String ending) throws UnusableCertificateException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter((file) -> file.getFileName().toString().endsWith(ending))
                .max(Comparator.comparing((file) -> file.getFileName().toString()))
                .orElseThrow(() -> new UnusableCertificateException(directory,
                        "has no file *" + ending
                                + " in it: make one there with 'muster sup secret generate-tls', or name the file",
                        null));
        }
        catch (IOException ex) {
            throw new UnusableCertificateException(directory,
                    "cannot be read (" + UnusableKeyException.reason(ex) + ")", ex);
        }
    }

    private static void write(Path file, NamedRevision id, String pem, String mode)
            throws KeyConflictException, UnusableKeyException {
        try {
            NewFile.write(file, pem.getBytes(StandardCharsets.US_ASCII), mode);
        }
        catch (FileAlreadyExistsException ex) {
            throw new KeyConflictException(file, id);
        }
        catch (IOException ex) {
            throw UnusableKeyException.barred("write", file, ex);
        }
    }

}
