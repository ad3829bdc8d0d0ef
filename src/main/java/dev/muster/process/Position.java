package dev.muster.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a log was told, in a file beside it: offset and inode, so that a file that took
 * the log's place is not mistaken for it. Always of one length and written over itself,
 * which needs no room on a full disk. Not synced: after a loss of power, nobody asks.
 */
final class Position {

    private static final Logger log = LoggerFactory.getLogger(Position.class);

    private static final Pattern FORM = Pattern.compile("(\\d{19}) ([-\\d]{20})\n");

    private final Path logFile;

    private final Path file;

    private final Trouble trouble;

    Position(Path logFile) {
        this.logFile = logFile;
        this.file = logFile.resolveSibling("." + logFile.getFileName() + ".position");
        this.trouble = new Trouble(log, this.file,
                "Lines may be told again by the next node, the position in their" + " file cannot be kept");
    }

    /** Where to go on; the end of what is there if nobody kept a position. */
    long read() {
        long size = this.logFile.toFile().length();
        try {
            Matcher kept = FORM.matcher(Files.readString(this.file, StandardCharsets.US_ASCII));
            if (!kept.matches()) {
                log.warn("Position in a log ignored, it is damaged: file={}", this.file);
                return size;
            }
            long offset = Long.parseLong(kept.group(1));
            boolean same = Long.parseLong(kept.group(2)) == inode();
            return (same && offset <= size) ? offset : 0;
        }
        catch (NoSuchFileException ex) {
            return size;
        }
        catch (IOException ex) {
            log.warn("Position in a log ignored: file={} reason={}", this.file, ex.toString());
            return size;
        }
    }

    void write(long offset) {
        try (RandomAccessFile open = new RandomAccessFile(this.file.toFile(), "rw")) {
            open.write("%019d %020d\n".formatted(offset, inode()).getBytes(StandardCharsets.US_ASCII));
            this.trouble.over();
        }
        catch (IOException ex) {
            this.trouble.met(ex);
        }
    }

    /** 0 as long as there is no file. */
    private long inode() throws IOException {
        return Files.exists(this.logFile) ? (long) Files.getAttribute(this.logFile, "unix:ino") : 0;
    }

}
