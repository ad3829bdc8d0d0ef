package dev.muster.service;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often a service failed in a row, and what follows from it.
 *
 * @param inARow without {@link Backoff#PROVED} of running between
 * @param total since the node started
 */
record Failures(int inARow, int total) {

    static final Failures NONE = new Failures(0, 0);

    /**
     * @param ran how long the process ran before
     */
    Failures another(Duration ran) {
        boolean proved = ran.compareTo(Backoff.PROVED) >= 0;
        return new Failures(proved ? 1 : this.inARow + 1, this.total + 1);
    }

    /** Someone changed what it runs with: the next failure is the first again. */
    Failures forgiven() {
        return new Failures(0, this.total);
    }

    boolean crashLooping() {
        return this.inARow >= Backoff.CRASH_LOOP;
    }

    Duration delay(RandomGenerator random) {
        return Backoff.USUAL.delay(this.inARow, random);
    }

}
