package dev.muster.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file that some process appends to. When it grows beyond its bound it is copied to
 * {@code NAME.1} and it is emptied in place, since the process holds it open; what is
 * written between these two steps is the only thing that can be lost.
 */
final class FollowedFile {

    private static final Logger log = LoggerFactory.getLogger(FollowedFile.class);

    /** What one look reads at most, so that a talkative file does not hold up others. */
    static final int MOST_PER_LOOK = 256 * 1024;

    /** What the end reads at most of a file that will be resumed. */
    private static final int MOST_AT_END = 4 * 1024 * 1024;

    /** So many times the bound may be waiting to be told; then some of it is skipped. */
    private static final int MOST_BEHIND = 8;

    private static final int CATCHING_UP = 4 * 1024 * 1024;

    private static final long PAUSE_AFTER_FAILURE = Duration.ofSeconds(10).toNanos();

    private final Path file;

    private final long bound;

    private final OlderFiles older;

    private final @Nullable Position position;

    private final Consumer<String> lines;

    private final LineSplitter splitter;

    private final LongSupplier nanoTime;

    private final Trouble reading;

    private final Trouble settingAside;

    /** Guarded by {@code this}, as are the next ones: the poll and the end may meet. */
    private long offset;

    /** What is there up to here is told however much it is. */
    private final long promised;

    private long nextSetAside;

    private boolean finished;

    /** How often in a row there was nothing new. */
    private int silentLooks;

    /**
     * @param position where to go on and where to remember; null for a file that is read
     * from its present end, once
     * @param nanoTime as {@link System#nanoTime}
     */
    FollowedFile(OlderFiles older, long bound, @Nullable Position position, Consumer<String> lines,
            LongSupplier nanoTime) {
        this.file = older.file();
        this.bound = bound;
        this.older = older;
        this.position = position;
        this.lines = lines;
        this.splitter = new LineSplitter(lines);
        this.nanoTime = nanoTime;
        this.nextSetAside = nanoTime.getAsLong();
        this.reading = new Trouble(log, this.file, "Log cannot be read");
        this.settingAside = new Trouble(log, this.file, "Log grows beyond its bound, it cannot be set aside");
        this.promised = size();
        this.offset = (position != null) ? position.read() : this.promised;
        remember();
    }

    /**
     * Tells what was written since the last look, or the beginning of it.
     * @return whether there is more
     */
    synchronized boolean look() {
        if (this.finished) {
            return false;
        }
        long size = size();
        if (size == this.offset && size < this.bound) {
            this.silentLooks++;
            return false;
        }
        this.silentLooks = 0;
        if (size - this.offset > MOST_BEHIND * this.bound && this.offset >= this.promised) {
            leaveOut(size);
            return true;
        }
        boolean more = read(MOST_PER_LOOK);
        if (!more && this.offset >= this.bound && this.nanoTime.getAsLong() - this.nextSetAside >= 0) {
            setAside(CATCHING_UP);
        }
        return more;
    }

    /** Whether nothing was written for so many looks. */
    synchronized boolean silentFor(int looks) {
        return this.silentLooks >= looks;
    }

    /** Tells the rest, also of a line that has not ended. */
    synchronized void finish() {
        if (this.finished) {
            return;
        }
        this.finished = true;
        if (!read((this.position != null) ? MOST_AT_END : Long.MAX_VALUE)) {
            this.splitter.finish();
            remember();
        }
    }

    /** Tells the lines that have ended and no more. */
    synchronized void leave() {
        if (!this.finished) {
            this.finished = true;
            read(MOST_AT_END);
        }
    }

    private long size() {
        return this.file.toFile().length();
    }

    private boolean read(long most) {
        if (size() < this.offset) {
            // Somebody emptied it.
            this.splitter.finish();
            this.offset = 0;
        }
        if (size() == this.offset) {
            return false;
        }
        try (RandomAccessFile open = new RandomAccessFile(this.file.toFile(), "r")) {
            boolean more = readOn(open, most);
            this.reading.over();
            return more;
        }
        catch (IOException ex) {
            this.reading.met(ex);
            return false;
        }
    }

    /** Otherwise a process that writes faster than it is read would fill the disk. */
    private void leaveOut(long size) {
        this.splitter.finish();
        this.lines.accept("(%d bytes left out: written faster than they could be read)".formatted(size - this.offset));
        log.warn("Output left out, it is written faster than it can be read: file={} bytes={}", this.file,
                size - this.offset);
        this.offset = size;
        setAside(0);
    }

    private boolean readOn(RandomAccessFile open, long most) throws IOException {
        // Made anew, since most files are silent and there may be a thousand of them.
        byte[] buffer = new byte[8 * 1024];
        long before = this.offset;
        open.seek(this.offset);
        int count = open.read(buffer);
        while (count > 0) {
            this.offset += count;
            this.splitter.take(buffer, count);
            if (this.offset - before >= most) {
                break;
            }
            count = open.read(buffer);
        }
        if (this.offset != before) {
            remember();
        }
        return count > 0;
    }

    private void remember() {
        if (this.position != null) {
            this.position.write(this.offset - this.splitter.pending());
        }
    }

    /**
     * @param most what may have been written meanwhile to be told before the file is
     * emptied; if there is more, it is not emptied now, unless this is 0
     */
    private void setAside(long most) {
        Path copy = this.older.older(0);
        try (FileChannel open = FileChannel.open(this.file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            this.older.makeRoom();
            copyEnd(open, copy);
            if (most > 0 && read(most)) {
                discard(copy);
                return;
            }
            this.older.add(copy);
            open.truncate(0);
            this.offset = 0;
            remember();
            this.settingAside.over();
        }
        catch (IOException ex) {
            this.nextSetAside = this.nanoTime.getAsLong() + PAUSE_AFTER_FAILURE;
            this.settingAside.met(ex);
            discard(copy);
        }
    }

    private void copyEnd(FileChannel from, Path copy) throws IOException {
        Files.deleteIfExists(copy);
        Files.createFile(copy, Starter.LOG_FILE);
        long size = from.size();
        try (FileChannel to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            long copied = (size > 2 * this.bound) ? size - this.bound : 0;
            // Not for as long as a fast writer goes on.
            while (copied < from.size() && copied < size + this.bound) {
                copied += from.transferTo(copied, from.size() - copied, to);
            }
        }
    }

    private static void discard(Path copy) {
        try {
            Files.deleteIfExists(copy);
        }
        catch (IOException ex) {
            log.debug("Unfinished copy of a log remains: file={} reason={}", copy, ex.toString());
        }
    }

    @Override
    public String toString() {
        return this.file.toString();
    }

}
