package dev.muster.service;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a process that failed is started again.
 *
 * @param min the first wait
 * @param max no wait is longer, jitter aside
 * @param proved a process that ran this long starts with a clean slate
 */
public record Backoff(Duration min, Duration max, Duration proved) {

    public static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60),
            Duration.ofMinutes(5));

    /** So many failures without {@link #proved} of running are a crash loop. */
    static final int CRASH_LOOP = 5;

    public Backoff {
        if (min.isNegative() || max.compareTo(min) < 0) {
            throw new IllegalArgumentException(
                    "The longest wait before a restart, " + max + ", must not be shorter than the first, " + min);
        }
        if (proved.isNegative()) {
            throw new IllegalArgumentException("The cool-down must not be negative, as is " + proved);
        }
    }

    /**
     * Doubles with each failure up to {@code max}, then adds up to a quarter, so that the
     * members of a group that failed together do not return together.
     * @param failures in a row, this one included; at least 1
     */
    Duration delay(int failures, RandomGenerator random) {
        Duration doubled = this.min.multipliedBy(1L << Math.min(failures - 1, 20));
        Duration capped = (doubled.compareTo(this.max) < 0) ? doubled : this.max;
        return capped.plusMillis(random.nextLong(capped.toMillis() / 4 + 1));
    }

}
