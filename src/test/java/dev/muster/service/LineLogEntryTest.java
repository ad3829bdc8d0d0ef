package dev.muster.service;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LineLogEntryTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = { "2026-11-22T12:00:00.000Z O Ready", "2026-11-22T12:00:00.123Z E ",
            "2026-11-22T12:00:00.123Z HK[health-check]  two blanks ", "2026-11-22T12:00:00.123Z O é \u0001 [x]" })
    void anEntryReadsAsItWasWritten(String line) {
        assertThat(LineLog.Entry.parse(line)).map(LineLog.Entry::toString).contains(line);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "2026-11-22T12:00:00.123Z", "2026-11-22T12:00:00.123Z O", "yesterday O text",
            "2026-11-22T12:00:00.123Z X text", "2026-11-22T12:00:00.123Z HK text", "2026-11-22T12:00:00.123Z HK[] text",
            "2026-11-22T12:00:00.123Z HK[init text" })
    void whatIsCutOffOrForeignIsNoEntry(String line) {
        assertThat(LineLog.Entry.parse(line)).isEmpty();
    }

    @Test
    void anEntryIsOneLineAndItsTimeHasMilliseconds() {
        LineLog.Entry entry = new LineLog.Entry(NOON.plusNanos(1_999_999), ServiceOutput.Stream.O, null, "a\nb");
        assertThat(entry).hasToString("2026-11-22T12:00:00.001Z O a b");
    }

    @Test
    void aHooksNameBelongsToHooksOnly() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new LineLog.Entry(NOON, ServiceOutput.Stream.O, "init", ""));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new LineLog.Entry(NOON, ServiceOutput.Stream.HK, null, ""));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new LineLog.Entry(NOON, ServiceOutput.Stream.HK, "a ]", ""));
    }

}
