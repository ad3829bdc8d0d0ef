package dev.muster.simulation;

import java.util.stream.LongStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Time guards processes; it must not be needed for terms and lists. Here every clock goes
 * as it likes, so no lease and no promise bars anything for long, and everybody sees whom
 * it likes. {@link UntimedElectorate} tells what must hold all the same.
 */
class UntimedElectionTest {

    private static final long SEEDS = Long.getLong("muster.seeds", 40);

    private static final long FIRST_SEED = Long.getLong("muster.first-seed", 1);

    /** Enough for some fifteen terms. */
    private static final int STEPS = 20_000;

    private static long elected;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS).map((seed) -> FIRST_SEED + seed);
    }

    @AfterAll
    static void thereWereLeadersInDeed() {
        assertThat(elected).as("terms with a leader").isGreaterThan(5 * SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverTheClocksSayEachTermHasOneLeaderAtMostAndMajoritiesOverlap(long seed) {
        UntimedElectorate electorate = new UntimedElectorate(seed);
        for (int i = 0; i < STEPS; i++) {
            electorate.step();
        }
        elected += electorate.elected();
    }

}
