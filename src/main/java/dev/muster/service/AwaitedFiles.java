package dev.muster.service;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import dev.muster.loop.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that a service's group has, and how long its first start waits for them.
 * Lives on the service's loop.
 */
final class AwaitedFiles {

    /** Then it starts without. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(AwaitedFiles.class);

    private final Loop loop;

    private final Function<String, GroupFileSet> files;

    private final Runnable over;

    private boolean waiting;

    private boolean waited;

    /**
     * @param over hears that the time is up
     */
    AwaitedFiles(Loop loop, Function<String, GroupFileSet> files, Runnable over) {
        this.loop = loop;
        this.files = files;
        this.over = over;
    }

    GroupFileSet of(String group) {
        return this.files.apply(group);
    }

    /** For what a start has to wait, if it is the first one and the time is not up. */
    Optional<String> awaited(String group) {
        List<String> missing = of(group).missing();
        if (this.waited || missing.isEmpty()) {
            return Optional.empty();
        }
        if (!this.waiting) {
            this.waiting = true;
            this.loop.after(PATIENCE, () -> timeIsUp(group));
        }
        return Optional.of("for files of its group: " + String.join(", ", missing));
    }

    private void timeIsUp(String group) {
        if (!this.waited) {
            this.waited = true;
            log.warn("Service starts without files of its group, which have not come: group={} files={}", group,
                    of(group).missing());
            this.over.run();
        }
    }

    /** Further starts wait for nothing. */
    void started() {
        this.waited = true;
    }

}
