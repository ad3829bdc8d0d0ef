package dev.muster.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices the end of processes that this node, or a shim that it is the parent of, is not
 * told of: those of an earlier run, and those whose shim was killed. A look at each costs
 * one small file of {@code /proc}.
 */
final class EndWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EndWatch.class);

    private static final Duration LOOK = Duration.ofMillis(400);

    /**
     * Looks after the end until a code that is not written down counts as unknown; a shim
     * has written it within milliseconds.
     */
    private static final int PATIENCE = 3;

    private final Map<OsProcess, Watched> watched = new ConcurrentHashMap<>();

    private final ScheduledExecutorService timer;

    EndWatch() {
        this.timer = Executors.newSingleThreadScheduledExecutor((task) -> {
            Thread thread = new Thread(task, "adopted-processes");
            thread.setDaemon(true);
            return thread;
        });
        this.timer.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sees to it that the process is told of its end, with the code of the record. */
    void add(OsProcess process, Path exitRecord) {
        Watched added = new Watched(process, exitRecord);
        if (!added.over()) {
            this.watched.put(process, added);
        }
    }

    private void look() {
        for (Watched each : this.watched.values()) {
            try {
                if (each.over()) {
                    this.watched.remove(each.process);
                }
            }
            catch (RuntimeException ex) {
                // A timer that throws is never run again, and the others wait for it.
                log.error("Process cannot be watched: pid={}", each.process.pid(), ex);
            }
        }
    }

    @Override
    public void close() {
        this.timer.shutdownNow();
    }

    private static final class Watched {

        private final OsProcess process;

        private final Path exitRecord;

        private int looksAfterEnd;

        private Watched(OsProcess process, Path exitRecord) {
            this.process = process;
            this.exitRecord = exitRecord;
        }

        private boolean over() {
            if (this.process.leaderRuns()) {
                return false;
            }
            OptionalInt code = ExitRecord.read(this.exitRecord, this.process.token());
            if (code.isEmpty() && ++this.looksAfterEnd < PATIENCE) {
                return false;
            }
            this.process.ended(code);
            return true;
        }

    }

}
