package dev.muster.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Many durations in three numbers, in milliseconds. A percentile is a duration that was
 * measured, the least one that so many of a hundred do not exceed; nothing is
 * interpolated.
 */
record Percentiles(double p50, double p99, double max) {

    /**
     * @param nanos at least one, in any order; not changed
     */
    static Percentiles of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("Of no durations there are no percentiles");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(at(50, sorted), at(99, sorted), millis(sorted[sorted.length - 1]));
    }

    private static double at(int percent, long[] sorted) {
        // Rounded up in whole numbers, where 0.99 * 100 would be a little more than 99.
        int rank = (int) (((long) percent * sorted.length + 99) / 100);
        return millis(sorted[rank - 1]);
    }

    private static double millis(long nanos) {
        return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }

}
