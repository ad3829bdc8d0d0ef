package dev.muster.service;

import java.time.Duration;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the {@code suitability} hook now and then, so that its answer is there when a
 * leader is to be elected: an election does not wait for a hook. Lives on the service's
 * loop.
 */
final class SuitabilityWatch {

    private static final Logger log = LoggerFactory.getLogger(SuitabilityWatch.class);

    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final Loop loop;

    private final Hooks hooks;

    private final Runnable changed;

    private @Nullable Prepared asked;

    private @Nullable HookRun run;

    private Loop.Timer next = () -> {
    };

    private long latest;

    /**
     * @param changed hears that the answer is another one
     */
    SuitabilityWatch(Loop loop, Hooks hooks, Runnable changed) {
        this.loop = loop;
        this.hooks = hooks;
        this.changed = changed;
    }

    /** What was answered last; 0 where there is no hook, or no answer. */
    long latest() {
        return this.latest;
    }

    /** The process runs with these files. */
    void begin(Prepared running) {
        if (running == this.asked) {
            return;
        }
        end();
        if (running.has(Hook.SUITABILITY)) {
            this.asked = running;
            ask(running);
        }
    }

    private void ask(Prepared running) {
        try {
            this.run = this.hooks.start(Hook.SUITABILITY, running, this::answered);
        }
        catch (StartException ex) {
            log.warn("Hook not run: reason={}", ex.getMessage());
            later(running);
        }
    }

    private void later(Prepared running) {
        this.next = this.loop.after(AGAIN, () -> {
            if (running == this.asked) {
                ask(running);
            }
        });
    }

    private void answered(HookRun.Result result) {
        this.run = null;
        Prepared running = this.asked;
        if (running == null) {
            return;
        }
        later(running);
        long now = number(result);
        if (now != this.latest) {
            this.latest = now;
            this.changed.run();
        }
    }

    /** The last line of what it printed, if it is a number. */
    private static long number(HookRun.Result result) {
        String[] lines = result.output().strip().split("\\R");
        try {
            return result.ok() ? Math.max(0, Long.parseLong(lines[lines.length - 1].strip())) : 0;
        }
        catch (NumberFormatException ex) {
            log.warn("Suitability not understood, its last line must be a whole number: printed=\"{}\"",
                    result.output());
            return 0;
        }
    }

    /** There is no process any longer, or nobody hears of it. */
    void end() {
        this.asked = null;
        this.next.cancel();
        if (this.run != null) {
            this.run.stop("the hook was stopped with its service");
        }
    }

}
