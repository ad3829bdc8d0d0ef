package dev.muster.loop;

import java.time.Duration;
import java.time.InstantSource;

/**
 * One thread that owns some state: everything that changes it is a task here, and tasks
 * run one after another in the order of their posting. The node has one, each service has
 * one; a simulation is all of them at once.
 */
public interface Loop {

    /** Any thread may call this; {@code task} runs later, never inside the call. */
    void execute(Runnable task);

    /**
     * Runs {@code task} on this loop once {@code delay} of monotonic time has passed.
     * @return what withdraws it; a task that has run, or is withdrawn twice, does no harm
     */
    Timer after(Duration delay, Runnable task);

    /** Monotonic time since an origin of this loop's own; for durations only. */
    Duration uptime();

    /**
     * The wall clock: for what people read and for breaking ties, never for a decision on
     * its own.
     */
    InstantSource clock();

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer {

        void cancel();

    }

}
