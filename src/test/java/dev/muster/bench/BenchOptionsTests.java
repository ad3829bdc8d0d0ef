package dev.muster.bench;

import java.util.List;

import dev.muster.ring.RingConfig;
import dev.muster.shell.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BenchOptionsTests {

    @Test
    void withoutOptionsThreeRingsAreMeasuredOverTheLoopbackTransport() throws UsageException {
        assertThat(BenchOptions.parse(List.of()))
            .isEqualTo(new BenchOptions(List.of(3, 10, 30), 60, RingConfig.Transport.SHARED_LOOPBACK, false));
    }

    @Test
    void everyOptionIsTaken() throws UsageException {
        assertThat(BenchOptions
            .parse(List.of("--members=5,2", "--changes", "7", "--transport", "tcp", "--format", "json")))
            .isEqualTo(new BenchOptions(List.of(5, 2), 7, RingConfig.Transport.TCP, true));
    }

    @ParameterizedTest
    @ValueSource(strings = { "--members=", "--members=1", "--members=3,,10", "--members=three", "--members=251",
            "--members=3.5", "--changes=0", "--changes=-1", "--changes=9999999999", "--transport=udp",
            "--format=yaml" })
    void aValueThatCannotBeMeasuredIsRefusedAndNamed(String word) {
        String value = word.substring(word.indexOf('=') + 1);
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> BenchOptions.parse(List.of(word)))
            .withMessageContaining('"' + value + '"');
    }

}
