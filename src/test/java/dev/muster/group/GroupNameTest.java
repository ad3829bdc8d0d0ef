package dev.muster.group;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class GroupNameTest {

    @ParameterizedTest
    @ValueSource(strings = { "redis.prod", "redis.default@acme", "a.b", "my-app.blue_1", "0.1@2" })
    void aGoodNameIsReadAndWrittenAsItWas(String text) {
        assertThat(GroupName.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-",
            value = { "core/redis.prod, redis.prod", "redis, redis.default", "'', -", "., -", "redis., -", ".prod, -",
                    "redis.prod@, -", "re dis.prod, -", "redis.prod.eu, -", "redis.prod@config, -",
                    "redis.prod@health, -", "-redis.prod, -", "redis.pr\u00e4d, -", "'redis.prod\n', -" })
    void aBadNameIsRefusedWithWhatWasMeantWhereThatIsClear(String text, String suggestion) {
        assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> GroupName.parse(text))
            .satisfies((ex) -> assertThat(ex.suggestion()).isEqualTo(Optional.ofNullable(suggestion)));
    }

    @Test
    void aPartHasAtMostSixtyThreeCharacters() {
        assertThat(GroupName.parse("a".repeat(63) + ".b")).isNotNull();
        assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> GroupName.parse("a".repeat(64) + ".b"));
    }

}
