package dev.muster.bench;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PercentilesTests {

    /** 1 ms, 2 ms and so on, the longest first. */
    private static long[] millis(int count) {
        return LongStream.rangeClosed(1, count).map((n) -> TimeUnit.MILLISECONDS.toNanos(count + 1 - n)).toArray();
    }

    @ParameterizedTest(name = "of {0} durations")
    @CsvSource({ "1, 1, 1", "2, 1, 2", "3, 2, 3", "10, 5, 10", "99, 50, 99", "100, 50, 99", "101, 51, 100",
            "200, 100, 198", "1000, 500, 990" })
    void aPercentileIsTheLeastMeasuredDurationThatSoManyDoNotExceed(int count, double p50, double p99) {
        assertThat(Percentiles.of(millis(count))).isEqualTo(new Percentiles(p50, p99, count));
    }

    @Test
    void fractionsOfAMillisecondAreKept() {
        assertThat(Percentiles.of(new long[] { 1_250_000, 1 })).isEqualTo(new Percentiles(0.000_001, 1.25, 1.25));
    }

    @Test
    void whatWasMeasuredIsNotReordered() {
        long[] nanos = { 3, 1, 2 };
        Percentiles.of(nanos);
        assertThat(nanos).containsExactly(3, 1, 2);
    }

    @Test
    void ofNoDurationsThereAreNoPercentiles() {
        assertThatIllegalArgumentException().isThrownBy(() -> Percentiles.of(new long[0]));
    }

}
