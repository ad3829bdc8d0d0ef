package dev.muster.service;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.muster.loop.Loop;

/**
 * Runs the {@code post-run} hook of a process that was started, again and again until it
 * exits with 0, with a wait that grows. Lives on the service's loop.
 */
final class PostRun {

    private static final Logger log = LoggerFactory.getLogger(PostRun.class);

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final Surroundings around;

    private final Loop loop;

    private final Hooks hooks;

    private final Runnable succeeded;

    private @Nullable Prepared wanted;

    private @Nullable HookRun running;

    private int failures;

    private Loop.Timer next = NO_TIMER;

    /**
     * @param succeeded hears that it exited with 0, or that there is none
     */
    PostRun(Surroundings around, Loop loop, Hooks hooks, Runnable succeeded) {
        this.around = around;
        this.loop = loop;
        this.hooks = hooks;
        this.succeeded = succeeded;
    }

    void begin(Prepared prepared) {
        this.failures = 0;
        if (prepared.has(Hook.POST_RUN)) {
            this.wanted = prepared;
            if (this.running == null) {
                run();
            }
        }
        else {
            this.succeeded.run();
        }
    }

    private void run() {
        Prepared prepared = this.wanted;
        if (prepared == null) {
            return;
        }
        try {
            this.running = this.hooks.start(Hook.POST_RUN, prepared, (result) -> ended(result, prepared));
        }
        catch (StartException ex) {
            failed(ex.getMessage());
        }
    }

    private void ended(HookRun.Result result, Prepared prepared) {
        this.running = null;
        if (this.wanted == null) {
            return;
        }
        if (this.wanted != prepared) {
            // That was the hook of a process that is gone.
            run();
        }
        else if (result.ok()) {
            this.wanted = null;
            this.succeeded.run();
        }
        else {
            failed(result.text());
        }
    }

    private void failed(String why) {
        this.failures++;
        log.warn("post-run hook is run again: failures={} reason={}", this.failures, why);
        this.next = this.loop.after(this.around.backoff().delay(this.failures, this.around.random()), this::run);
    }

    /** The process is gone or going. */
    void end() {
        this.wanted = null;
        this.next.cancel();
        if (this.running != null) {
            this.running.stop("post-run hook was stopped with its service");
        }
    }

    /** The next run of the node runs it again. */
    void abandon() {
        this.wanted = null;
        this.next.cancel();
        if (this.running != null) {
            this.running.abandon();
        }
    }

}
