package dev.muster.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.muster.service.LineLog;
import dev.muster.service.LogFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows log files on one thread: a look at each every 150 ms, which costs one question
 * for the size when nothing was written; every 750 ms where that was so for long.
 */
public final class PolledLogFiles implements LogFiles, AutoCloseable {

    /** How much of a log is kept in the file, and as much in each of the older ones. */
    public static final long DEFAULT_BOUND = 10 * 1024 * 1024;

    /** How many older files are kept. */
    public static final int DEFAULT_OLDER = 5;

    private static final Logger log = LoggerFactory.getLogger(PolledLogFiles.class);

    private static final Duration PERIOD = Duration.ofMillis(150);

    /** After so many looks without news, some ten seconds, a file is a silent one. */
    private static final int SILENT = 64;

    /**
     * Silent files are looked at in one round out of so many: there may be a thousand.
     */
    private static final int SILENT_ROUNDS = 5;

    private final long bound;

    private final int older;

    private final Set<FollowedFile> files = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService thread;

    /** Counts the looks; used on the thread only. */
    private long round;

    private volatile boolean closed;

    /** As the other one, with {@link #DEFAULT_OLDER}. */
    public PolledLogFiles(long bound) {
        this(bound, DEFAULT_OLDER);
    }

    /**
     * @param bound bytes that a file may reach before it is moved aside, at least 1
     * @param older how many that were moved aside are kept of each, at least 1
     */
    public PolledLogFiles(long bound, int older) {
        this.bound = bound;
        this.older = older;
        this.thread = Executors.newSingleThreadScheduledExecutor((task) -> {
            Thread created = new Thread(task, "log-files");
            created.setDaemon(true);
            return created;
        });
        this.thread.scheduleWithFixedDelay(this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Following follow(Path file, Consumer<String> lines) {
        return follow(file, null, lines);
    }

    @Override
    public Following resume(Path file, Consumer<String> lines) {
        return follow(file, new Position(file), lines);
    }

    private Following follow(Path file, @Nullable Position position, Consumer<String> lines) {
        FollowedFile followed = new FollowedFile(new OlderFiles(file, this.older), this.bound, position, lines,
                System::nanoTime);
        this.files.add(followed);
        return new Following() {

            @Override
            public void stop() {
                PolledLogFiles.this.files.remove(followed);
                followed.finish();
            }

            @Override
            public void leave() {
                PolledLogFiles.this.files.remove(followed);
                followed.leave();
            }

        };
    }

    @Override
    public LineLog lineLog(Path file) {
        return new FileLineLog(new OlderFiles(file, this.older), this.bound);
    }

    private void look() {
        this.round++;
        boolean all = this.round % SILENT_ROUNDS == 0;
        List<FollowedFile> due = this.files.stream().filter((file) -> all || !file.silentFor(SILENT)).toList();
        boolean more = true;
        while (more && !this.closed) {
            more = false;
            for (FollowedFile file : due) {
                more |= look(file);
            }
        }
    }

    private static boolean look(FollowedFile file) {
        try {
            return file.look();
        }
        catch (RuntimeException ex) {
            // A timer that throws is never run again, and the other files wait for it.
            log.error("Log cannot be followed: file={}", file, ex);
            return false;
        }
    }

    /** Follows no file any longer. */
    @Override
    public void close() {
        this.closed = true;
        // Not interrupted: that would break a file in the middle of being set aside.
        this.thread.shutdown();
    }

}
