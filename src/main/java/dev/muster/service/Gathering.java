package dev.muster.service;

import java.time.Duration;

import dev.muster.loop.Loop;

/**
 * Makes one of many events that follow each other: they are told when none has come for a
 * moment, and after a while in any case. Lives on the service's loop.
 */
final class Gathering {

    /** Nothing comes for so long. */
    static final Duration QUIET = Duration.ofMillis(200);

    /** Nobody waits longer than this after the first. */
    static final Duration LONGEST = Duration.ofSeconds(2);

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final Loop loop;

    private final Runnable told;

    private Loop.Timer timer = NO_TIMER;

    /** On the loop's clock, when they are told at the latest. */
    private Duration atLast = Duration.ZERO;

    Gathering(Loop loop, Runnable told) {
        this.loop = loop;
        this.told = told;
    }

    void add() {
        Duration now = this.loop.uptime();
        if (this.timer == NO_TIMER) {
            this.atLast = now.plus(LONGEST);
        }
        this.timer.cancel();
        Duration left = this.atLast.minus(now);
        this.timer = this.loop.after((left.compareTo(QUIET) < 0) ? left : QUIET, () -> {
            this.timer = NO_TIMER;
            this.told.run();
        });
    }

    /** What came so far is not told any more. */
    void cancel() {
        this.timer.cancel();
        this.timer = NO_TIMER;
    }

}
