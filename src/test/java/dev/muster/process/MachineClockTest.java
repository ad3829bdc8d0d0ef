package dev.muster.process;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class MachineClockTest {

    @Test
    void goesForwardAsTimeDoes() {
        Duration begin = MachineClock.uptime();
        long from = System.nanoTime();
        await().until(() -> System.nanoTime() - from > 300_000_000);
        Duration gone = MachineClock.uptime().minus(begin);
        Duration most = Duration.ofNanos(System.nanoTime() - from).plusMillis(20);
        assertThat(gone).isBetween(Duration.ofMillis(280), most);
    }

    @Test
    void countsHundredths() {
        assertThat(MachineClock.hundredths("4711.08 9000.12\n")).isEqualTo(471_108);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "4711", "4711.1 3", "-1.00 3.00", "a.bc" })
    void whatIsNoUptimeIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MachineClock.hundredths(text))
            .withMessageContaining("seconds with two decimals: " + text);
    }

}
