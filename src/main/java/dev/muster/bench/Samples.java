package dev.muster.bench;

import java.util.stream.LongStream;

/** Durations as they are measured. For one thread. */
final class Samples {

    private final LongStream.Builder nanos = LongStream.builder();

    void add(long duration) {
        this.nanos.add(duration);
    }

    Percentiles percentiles() {
        return Percentiles.of(this.nanos.build().toArray());
    }

}
