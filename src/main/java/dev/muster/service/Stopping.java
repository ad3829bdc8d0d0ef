package dev.muster.service;

import java.time.Duration;

import dev.muster.loop.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process group: the signal, the grace, KILL, and then certainty that nothing of
 * it is left. It gives up never, because whoever waits for the end is about to start the
 * next process. Lives on the service's loop.
 */
final class Stopping {

    private static final Logger log = LoggerFactory.getLogger(Stopping.class);

    private static final Duration FIRST_LOOK = Duration.ofMillis(5);

    private static final Duration LONGEST_LOOK = Duration.ofMillis(100);

    /** A killed process that is still there waits in the kernel; say so and try again. */
    private static final Duration STUCK = Duration.ofSeconds(5);

    private final Loop loop;

    private final RunningProcess process;

    private final Runnable whenGone;

    private Duration pause = FIRST_LOOK;

    private Loop.Timer nextLook = () -> {
    };

    private Loop.Timer grace = () -> {
    };

    private boolean ended;

    Stopping(Loop loop, RunningProcess process, Runnable whenGone) {
        this.loop = loop;
        this.process = process;
        this.whenGone = whenGone;
    }

    void begin(String signal, Duration graceTime) {
        this.process.signal(signal);
        within(graceTime);
        look();
    }

    /** Another grace from now on, in place of the one that runs. */
    void within(Duration graceTime) {
        this.grace.cancel();
        this.grace = this.loop.after(graceTime, () -> kill(graceTime));
    }

    private void kill(Duration graceTime) {
        if (this.ended) {
            return;
        }
        log.warn("Process group killed: pid={} grace={}", this.process.pid(), graceTime);
        this.process.signal("KILL");
        this.pause = FIRST_LOOK;
        this.grace = this.loop.after(STUCK, () -> kill(graceTime));
        look();
    }

    /** Looks now, for instance because the leader was just seen to end. */
    void look() {
        if (this.ended) {
            return;
        }
        this.nextLook.cancel();
        if (this.process.gone()) {
            this.ended = true;
            this.grace.cancel();
            this.whenGone.run();
            return;
        }
        this.nextLook = this.loop.after(this.pause, this::look);
        Duration doubled = this.pause.multipliedBy(2);
        this.pause = (doubled.compareTo(LONGEST_LOOK) < 0) ? doubled : LONGEST_LOOK;
    }

    /** Leaves the process to itself. */
    void abandon() {
        this.ended = true;
        this.nextLook.cancel();
        this.grace.cancel();
    }

}
