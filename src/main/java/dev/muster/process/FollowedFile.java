package dev.muster.process;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file that some process appends to. When it grows beyond its bound it is copied to
 * {@code NAME.1} and emptied in place, since the process holds it open; what is written
 * between these two steps is the only thing that can be lost.
 */
final class FollowedFile {

    private static final Logger log = LoggerFactory.getLogger(FollowedFile.class);

    /** A line longer than this comes in pieces. */
    private static final int LONGEST_LINE = 16 * 1024;

    private final File file;

    private final long bound;

    private final Consumer<String> lines;

    /** Guarded by {@code this}, as are the next two: the poll and the end may meet. */
    private long offset;

    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    private boolean finished;

    FollowedFile(Path file, long bound, Consumer<String> lines) {
        this.file = file.toFile();
        this.bound = bound;
        this.lines = lines;
        this.offset = this.file.length();
    }

    /** Tells what was written since the last look. */
    synchronized void look() {
        if (!this.finished) {
            read();
        }
    }

    /** Tells the rest, also of a line that has not ended. */
    synchronized void finish() {
        if (this.finished) {
            return;
        }
        this.finished = true;
        read();
        if (this.begun.size() > 0) {
            tell();
        }
    }

    private void read() {
        long size = this.file.length();
        if (size < this.offset) {
            this.offset = 0;
        }
        if (size == this.offset && size < this.bound) {
            return;
        }
        try (FileChannel channel = FileChannel.open(this.file.toPath(), StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            readOn(channel);
            if (this.offset >= this.bound) {
                setAside(channel);
            }
        }
        catch (IOException ex) {
            log.warn("Log cannot be read: file={} reason={}", this.file, ex.toString());
        }
    }

    private void readOn(FileChannel channel) throws IOException {
        // Made anew, since most files are silent and there may be a thousand of them.
        ByteBuffer buffer = ByteBuffer.allocate(8 * 1024);
        for (int count = channel.read(buffer, this.offset); count > 0; count = channel.read(buffer, this.offset)) {
            this.offset += count;
            buffer.flip();
            while (buffer.hasRemaining()) {
                take(buffer.get());
            }
            buffer.clear();
        }
    }

    private void take(byte next) {
        if (next == '\n') {
            tell();
            return;
        }
        this.begun.write(next);
        if (this.begun.size() >= LONGEST_LINE) {
            tell();
        }
    }

    private void tell() {
        String line = this.begun.toString(StandardCharsets.UTF_8);
        this.begun.reset();
        this.lines.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
    }

    private void setAside(FileChannel channel) throws IOException {
        Path older = this.file.toPath().resolveSibling(this.file.getName() + ".1");
        try (FileChannel copy = FileChannel.open(older, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            long copied = 0;
            while (copied < channel.size()) {
                copied += channel.transferTo(copied, channel.size() - copied, copy);
            }
        }
        readOn(channel);
        channel.truncate(0);
        this.offset = 0;
    }

    @Override
    public String toString() {
        return this.file.toString();
    }

}
