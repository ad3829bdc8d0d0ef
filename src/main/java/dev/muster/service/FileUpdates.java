package dev.muster.service;

import java.time.Duration;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of the group for a service: in their place before a start, and while the process
 * runs, then told to it by the {@code file-updated} hook, once for however many. Lives on
 * the service's loop.
 */
final class FileUpdates {

    private static final Logger log = LoggerFactory.getLogger(FileUpdates.class);

    /** Then what could not be written is tried again. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final Loop loop;

    private final Standing standing;

    private final PlacedFiles files;

    private final Hooks hooks;

    private final Runnable ready;

    private final Runnable again;

    private @Nullable HookRun hook;

    /** What the hook ended with, if that was no success. */
    private String complaint = "";

    private Loop.Timer retry = NO_TIMER;

    /**
     * @param ready something ended, and the next order can be given
     * @param again it is time to bring the files once more
     */
    FileUpdates(Loop loop, Standing standing, PlacedFiles files, Hooks hooks, Runnable ready, Runnable again) {
        this.loop = loop;
        this.standing = standing;
        this.files = files;
        this.hooks = hooks;
        this.ready = ready;
        this.again = again;
    }

    boolean busy() {
        return this.hook != null;
    }

    FileStatus status() {
        return new FileStatus(this.files.inPlace(),
                this.files.problem().isEmpty() ? this.complaint : this.files.problem(), busy());
    }

    /**
     * No process runs: the next one starts with the files that are there.
     * @return whether that are these
     */
    boolean areInPlaceAtRest(GroupFileSet wanted) {
        starting();
        return this.files.nothingToDo(wanted);
    }

    /** A process that starts finds the files that are there by itself. */
    void starting() {
        this.complaint = "";
        this.files.hookPaid();
    }

    /** No process runs: the next one starts with these. */
    void bringAtRest(GroupFileSet wanted, RunAs runAs) {
        bring(wanted, runAs, false);
    }

    /** For the process that runs. */
    void bring(GroupFileSet wanted, Prepared running) {
        bring(wanted, running.runAs(), running.has(Hook.FILE_UPDATED));
        if (this.files.hookOwed() && running.has(Hook.FILE_UPDATED)) {
            tell(running);
        }
        else {
            this.files.hookPaid();
        }
    }

    private void bring(GroupFileSet wanted, RunAs runAs, boolean tell) {
        this.retry.cancel();
        this.retry = NO_TIMER;
        if (!this.files.nothingToDo(wanted)) {
            this.files.bring(wanted, runAs, tell);
            if (!this.files.problem().isEmpty()) {
                this.retry = this.loop.after(AGAIN, this.again);
            }
        }
    }

    private void tell(Prepared running) {
        this.complaint = "";
        try {
            this.hook = this.hooks.start(Hook.FILE_UPDATED, running, this::told);
        }
        catch (StartException ex) {
            complain(ex.getMessage());
        }
    }

    private void told(HookRun.Result result) {
        this.hook = null;
        if (result.ok()) {
            this.complaint = "";
            this.files.hookPaid();
        }
        else if (this.standing.up()) {
            complain(result.text());
        }
        this.ready.run();
    }

    private void complain(String why) {
        log.warn("Service was not told of its new files: group={} reason={}", this.standing.group(), why);
        this.complaint = why;
        this.files.hookPaid();
    }

    /** The process is about to end; the next one starts with the files. */
    void cancel() {
        if (this.hook != null) {
            this.hook.stop("file-updated hook was stopped with its service");
        }
    }

    /** Nobody hears of anything any longer. */
    void abandon() {
        this.retry.cancel();
        if (this.hook != null) {
            this.hook.abandon();
        }
    }

}
