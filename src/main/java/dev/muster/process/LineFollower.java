package dev.muster.process;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import dev.muster.service.LineLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who reads along, with a bounded queue and a thread: whoever is slow misses the
 * oldest lines, is told how many, and holds up nobody.
 */
final class LineFollower {

    private static final Logger log = LoggerFactory.getLogger(LineFollower.class);

    static final int MOST_LINES = 1000;

    private static final int MOST_CHARACTERS = 1024 * 1024;

    private final List<LineLog.Entry> before;

    private final LineLog.Listener listener;

    private final Consumer<LineFollower> done;

    /** Guarded by {@code this}, as are the next ones. */
    private final Deque<LineLog.Entry> waiting = new ArrayDeque<>();

    private int characters;

    private long skipped;

    private boolean ended;

    private boolean stopped;

    /**
     * @param before told first, whatever comes
     * @param done hears when nothing more will be told
     */
    LineFollower(List<LineLog.Entry> before, LineLog.Listener listener, Consumer<LineFollower> done) {
        this.before = before;
        this.listener = listener;
        this.done = done;
    }

    void start(Path file) {
        Thread thread = new Thread(() -> run(file), "log-follower");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void add(LineLog.Entry entry) {
        this.waiting.addLast(entry);
        this.characters += entry.text().length();
        while (this.waiting.size() > MOST_LINES || (this.characters > MOST_CHARACTERS && this.waiting.size() > 1)) {
            this.characters -= this.waiting.removeFirst().text().length();
            this.skipped++;
        }
        notifyAll();
    }

    /** What waits is still told. */
    synchronized void end() {
        this.ended = true;
        notifyAll();
    }

    /** Nothing more is told. */
    synchronized void stop() {
        this.stopped = true;
        notifyAll();
    }

    private void run(Path file) {
        try {
            for (LineLog.Entry entry : this.before) {
                this.listener.line(entry);
            }
            while (tellNext()) {
                log.trace("Line told: file={}", file);
            }
        }
        catch (RuntimeException ex) {
            log.debug("Reading along ended: file={} reason={}", file, ex.toString());
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        finally {
            this.done.accept(this);
        }
    }

    /** Waits for it, and speaks without holding the lock. */
    private boolean tellNext() throws InterruptedException {
        long gap;
        LineLog.@Nullable Entry entry;
        synchronized (this) {
            while (this.waiting.isEmpty() && !this.ended && !this.stopped) {
                wait();
            }
            if (this.stopped) {
                return false;
            }
            gap = this.skipped;
            this.skipped = 0;
            entry = this.waiting.pollFirst();
            this.characters -= (entry != null) ? entry.text().length() : 0;
        }
        if (gap > 0) {
            this.listener.skipped(gap);
        }
        if (entry == null) {
            this.listener.ended();
            return false;
        }
        this.listener.line(entry);
        return true;
    }

}
