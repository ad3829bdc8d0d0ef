package dev.muster.service;

import java.time.Duration;

/**
 * How often a service failed in a row, and what follows from it.
 *
 * @param inARow without a longer time of running between
 * @param total since the node started
 */
record Failures(int inARow, int total) {

    static final Failures NONE = new Failures(0, 0);

    /**
     * @param ran how long the process ran before
     * @param proved what is enough to start with a clean slate
     */
    Failures another(Duration ran, Duration proved) {
        boolean clean = ran.compareTo(proved) >= 0;
        return new Failures(clean ? 1 : this.inARow + 1, this.total + 1);
    }

    /** Someone changed what it runs with: the next failure is the first again. */
    Failures forgiven() {
        return new Failures(0, this.total);
    }

    boolean crashLooping() {
        return this.inARow >= Backoff.CRASH_LOOP;
    }

}
