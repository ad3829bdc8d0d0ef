package dev.muster.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.muster.service.LogFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows log files on one thread: a look at each every 150 ms, which costs one question
 * for the size when nothing was written.
 */
public final class PolledLogFiles implements LogFiles, AutoCloseable {

    /** How much of a log is kept in the file, and as much again in the one before it. */
    public static final long DEFAULT_BOUND = 10 * 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(PolledLogFiles.class);

    private static final Duration PERIOD = Duration.ofMillis(150);

    private final long bound;

    private final Set<FollowedFile> files = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService thread;

    /**
     * @param bound bytes that a file may reach before it is moved aside, at least 1
     */
    public PolledLogFiles(long bound) {
        this.bound = bound;
        this.thread = Executors.newSingleThreadScheduledExecutor((task) -> {
            Thread created = new Thread(task, "log-files");
            created.setDaemon(true);
            return created;
        });
        this.thread.scheduleWithFixedDelay(this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Following follow(Path file, Consumer<String> lines) {
        FollowedFile followed = new FollowedFile(file, this.bound, lines);
        this.files.add(followed);
        return () -> {
            this.files.remove(followed);
            followed.finish();
        };
    }

    private void look() {
        for (FollowedFile file : this.files) {
            try {
                file.look();
            }
            catch (RuntimeException ex) {
                // A timer that throws is never run again, and the other files wait for
                // it.
                log.error("Log cannot be followed: file={}", file, ex);
            }
        }
    }

    /** Follows no file any longer. */
    @Override
    public void close() {
        this.thread.shutdownNow();
    }

}
