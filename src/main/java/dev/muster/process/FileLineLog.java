package dev.muster.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.service.LineLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link LineLog} in a file that only this node writes. Each line is written at once,
 * so that none is lost with the node; one that was cut off is written over or ended by
 * the next.
 */
final class FileLineLog implements LineLog {

    private static final Logger log = LoggerFactory.getLogger(FileLineLog.class);

    private final OlderFiles older;

    private final long bound;

    private final Trouble writing;

    private final Set<LineFollower> followers = ConcurrentHashMap.newKeySet();

    /** Guarded by {@code this}, as are the next ones and all that is in the files. */
    private @Nullable RandomAccessFile open;

    /** Where the last whole line ends. */
    private long size;

    private boolean closed;

    FileLineLog(OlderFiles older, long bound) {
        this.older = older;
        this.bound = bound;
        this.writing = new Trouble(log, older.file(), "Log of a service cannot be written");
    }

    @Override
    public synchronized void append(Entry entry) {
        if (this.closed) {
            return;
        }
        try {
            write((entry + "\n").getBytes(StandardCharsets.UTF_8));
            this.writing.over();
        }
        catch (IOException ex) {
            this.writing.met(ex);
            abandonFile();
        }
        this.followers.forEach((follower) -> follower.add(entry));
    }

    private void write(byte[] line) throws IOException {
        RandomAccessFile file = (this.open != null) ? this.open : openFile();
        if (this.size > 0 && this.size + line.length > this.bound) {
            file.close();
            this.open = null;
            this.older.add(this.older.file());
            file = openFile();
        }
        file.seek(this.size);
        file.write(line);
        this.size += line.length;
    }

    private RandomAccessFile openFile() throws IOException {
        Path file = this.older.file();
        try {
            Files.createFile(file, Starter.LOG_FILE);
        }
        catch (FileAlreadyExistsException ex) {
            log.trace("Log goes on: file={}", file);
        }
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
        this.open = opened;
        this.size = opened.length();
        if (this.size > 0) {
            opened.seek(this.size - 1);
            if (opened.read() != '\n') {
                opened.write('\n');
                this.size++;
            }
        }
        return opened;
    }

    /** The next line tries anew, with the file as it is then. */
    private void abandonFile() {
        RandomAccessFile file = this.open;
        this.open = null;
        if (file != null) {
            try (file) {
                file.setLength(Math.min(file.length(), this.size));
            }
            catch (IOException ex) {
                log.debug("Log keeps a line that was cut off: file={} reason={}", this.older.file(), ex.toString());
            }
        }
    }

    @Override
    public synchronized List<Entry> tail(int lines) {
        if (lines < 0) {
            throw new IllegalArgumentException("Not a number of lines: " + lines);
        }
        List<Entry> newestFirst = new ArrayList<>();
        LastLines collected = new LastLines(lines, newestFirst);
        for (int number = 0; number <= this.older.keep() && collected.wantsMore(); number++) {
            Path file = (number == 0) ? this.older.file() : this.older.older(number);
            try {
                if (Files.exists(file)) {
                    collected.read(file);
                }
            }
            catch (IOException ex) {
                log.warn("Part of a service's log cannot be read: file={} reason={}", file, ex.toString());
            }
        }
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    @Override
    public synchronized Following follow(int lines, Listener listener) {
        LineFollower follower = new LineFollower(tail(lines), listener, this.followers::remove);
        this.followers.add(follower);
        follower.start(this.older.file());
        if (this.closed) {
            follower.end();
        }
        return follower::stop;
    }

    @Override
    public synchronized void close() {
        this.closed = true;
        this.followers.forEach(LineFollower::end);
        abandonFile();
    }

}
