package dev.muster.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of an audit log: segments {@code AUDIT-N}, and {@code HEAD}, which has number
 * and hash of the last line, so that one which is cut off at the end is missed.
 */
final class AuditFiles {

    private static final Pattern SEGMENT = Pattern.compile("AUDIT-(\\d{8})");

    private static final Pattern HEAD = Pattern.compile("(\\d{1,18}) ([0-9a-f]{64})\n");

    private final Path directory;

    AuditFiles(Path directory) {
        this.directory = directory;
    }

    Path segment(long number) {
        return this.directory.resolve("AUDIT-%08d".formatted(number));
    }

    static long number(Path segment) {
        Matcher name = SEGMENT.matcher(segment.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    /** The oldest first; none where there is no such directory. */
    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(this.directory)) {
            return files.filter((file) -> SEGMENT.matcher(file.getFileName().toString()).matches()).sorted().toList();
        }
        catch (NoSuchFileException ex) {
            return List.of();
        }
    }

    /** What was the last line when one was added; empty when nobody can tell. */
    Optional<Head> head() throws IOException {
        try {
            Matcher text = HEAD.matcher(Files.readString(this.directory.resolve("HEAD"), StandardCharsets.ISO_8859_1));
            return text.matches() ? Optional.of(new Head(Long.parseLong(text.group(1)), text.group(2)))
                    : Optional.empty();
        }
        catch (NoSuchFileException ex) {
            return Optional.empty();
        }
    }

    /** Not synced: it may fall behind the log when the host fails, never run ahead. */
    void head(AuditLine last) throws IOException {
        Path next = this.directory.resolve("HEAD.new");
        Files.writeString(next, last.number() + " " + last.hash() + "\n");
        Files.move(next, this.directory.resolve("HEAD"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The last line, as one has noted it. */
    record Head(long number, String hash) {
    }

}
