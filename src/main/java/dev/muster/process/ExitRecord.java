package dev.muster.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which a {@link Starter shim} leaves an exit code: {@code TOKEN ...} while
 * the process runs, {@code TOKEN 042} and a line end afterwards. The shim writes the
 * second over the first, which are of one length, through a descriptor it holds since the
 * start: that needs no room on a full disk, and the late shim of an earlier launch writes
 * to an earlier file, which is no longer there.
 */
final class ExitRecord {

    private static final Logger log = LoggerFactory.getLogger(ExitRecord.class);

    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");

    private static final int DIGITS = 3;

    private ExitRecord() {
    }

    /**
     * Makes the file anew.
     * @throws IOException when it is not there; what was there before still is
     */
    static void prepare(Path file, String token) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".fresh");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(MODE));
        Files.writeString(fresh, token + " " + ".".repeat(DIGITS) + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Empty if there is no code yet, or only that of another launch. */
    static OptionalInt read(Path file, String token) {
        if (!Files.exists(file)) {
            return OptionalInt.empty();
        }
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            String before = token + " ";
            // A line end that is there says that what stands before it is, too.
            if (text.length() != before.length() + DIGITS + 1 || !text.startsWith(before) || !text.endsWith("\n")) {
                return OptionalInt.empty();
            }
            String code = text.substring(before.length(), before.length() + DIGITS);
            return code.chars().allMatch((digit) -> digit >= '0' && digit <= '9')
                    ? OptionalInt.of(Integer.parseInt(code)) : OptionalInt.empty();
        }
        catch (IOException ex) {
            log.warn("Exit code of a process not known, its record cannot be read: file={} reason={}", file,
                    ex.toString());
            return OptionalInt.empty();
        }
    }

}
