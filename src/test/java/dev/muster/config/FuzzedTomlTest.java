package dev.muster.config;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.muster.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Configuration as nobody would write it. */
class FuzzedTomlTest {

    private static final String TOML = """
            port = 2112
            names = ["a", 'b', \"""c
            d\"""]
            big = 9007199254740993
            when = 1979-05-27T07:32:00Z
            [owner.home]
            "quoted key" = { x = 1.5, y = [true, false] }
            [[list]]
            n = 0x1f
            [[list]]
            n = inf
            """;

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void tomlIsReadOrRefused() {
        Mutations.eachIsTakenOrRefused(List.of(TOML.getBytes(StandardCharsets.UTF_8)), (bytes) -> {
            var tree = Toml.parse(text(bytes));
            assertThat(Toml.parse(Toml.write(tree))).isEqualTo(tree);
        }, InvalidTomlException.class);
    }

    /** As deep as a layer of 64 KiB can be. */
    @ParameterizedTest
    @ValueSource(strings = { "[ ]", "{a= }" })
    void tomlThatIsNestedTooDeepIsRefused(String brackets) {
        String open = brackets.substring(0, brackets.indexOf(' '));
        String close = brackets.substring(brackets.indexOf(' ') + 1);
        int deep = 65_000 / brackets.length();
        assertThatExceptionOfType(InvalidTomlException.class)
            .isThrownBy(() -> Toml.parse("x = " + open.repeat(deep) + "1" + close.repeat(deep)));
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> Toml.parse("x = " + open.repeat(deep)));
    }

    @Test
    void keysAndJsonThatAreNestedTooDeepAreRefused() {
        assertThatExceptionOfType(InvalidTomlException.class)
            .isThrownBy(() -> Toml.parse("a.".repeat(30_000) + "a = 1"));
        assertThatExceptionOfType(InvalidTomlException.class)
            .isThrownBy(() -> Toml.parse("[" + "a.".repeat(30_000) + "a]\nx = 1"));
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> Toml.parseJson("[".repeat(65_000)));
        assertThatExceptionOfType(InvalidTomlException.class)
            .isThrownBy(() -> Toml.parseJson("{\"a\":".repeat(10_000)));
    }

    @Test
    void jsonIsReadOrRefused() {
        byte[] json = "{\"port\":2112,\"names\":[\"a\",{\"b\":1.5e3}],\"owner\":{\"x\":true,\"y\":\"\\u00e4\"}}"
            .getBytes(StandardCharsets.UTF_8);
        Mutations.eachIsTakenOrRefused(List.of(json), (bytes) -> Toml.parseJson(text(bytes)),
                InvalidTomlException.class);
    }

}
