package dev.muster.service;

import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Pattern;

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

    private static final Pattern WHOLE = Pattern.compile("\\d{1,20}");

    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private final Loop loop;

    private final Hooks hooks;

    private final Runnable changed;

    private @Nullable Prepared asked;

    private @Nullable HookRun run;

    private Loop.Timer next = () -> {
    };

    private long latest;

    /** The question that is open, and counts none of the answers to those before it. */
    private long question;

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
        this.asked = running;
        if (running.has(Hook.SUITABILITY)) {
            ask(running);
        }
        else {
            is(0);
        }
    }

    private void ask(Prepared running) {
        long asking = ++this.question;
        try {
            this.run = this.hooks.start(Hook.SUITABILITY, running, (result) -> {
                if (asking == this.question) {
                    answered(running, result);
                }
            });
        }
        catch (StartException ex) {
            log.warn("Hook not run: reason={}", ex.getMessage());
            later(running);
        }
    }

    private void later(Prepared running) {
        this.next = this.loop.after(AGAIN, () -> ask(running));
    }

    private void answered(Prepared running, HookRun.Result result) {
        this.run = null;
        later(running);
        is(result.ok() ? number(result.output()) : 0);
    }

    private void is(long answer) {
        if (answer != this.latest) {
            this.latest = answer;
            this.changed.run();
        }
    }

    /**
     * The last line of what it printed, if that is a number; one that is too large is the
     * largest.
     */
    private static long number(String output) {
        String[] lines = output.strip().split("\\R");
        String last = lines[lines.length - 1].strip();
        if (!WHOLE.matcher(last).matches()) {
            // What it printed may be what nobody else shall read.
            log.warn("Suitability not understood, the last line must be a whole number; it counts as 0, see its log");
            return 0;
        }
        return new BigInteger(last).min(MOST).longValue();
    }

    /** There is no process any longer, or nobody hears of it. */
    void end() {
        this.asked = null;
        this.question++;
        this.next.cancel();
        if (this.run != null) {
            this.run.stop("the hook was stopped with its service");
            this.run = null;
        }
    }

}
