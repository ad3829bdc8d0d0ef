package dev.muster.config;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TomlTests {

    static Stream<Arguments> readings() {
        return Stream.of(arguments("", Map.of()), arguments("\n# nothing\n\n", Map.of()),
                arguments("\uFEFFport = 1", Map.of("port", 1L)),
                arguments("a = 1\r\nb = 2\r\n", Map.of("a", 1L, "b", 2L)),
                arguments("port = 2112 # the new one", Map.of("port", 2112L)),
                arguments("a = 9223372036854775807", Map.of("a", Long.MAX_VALUE)),
                arguments("a = -9223372036854775808", Map.of("a", Long.MIN_VALUE)),
                arguments("a = 1000000000000000000", Map.of("a", 1_000_000_000_000_000_000L)),
                arguments("a = 9223372036854775808", Map.of("a", new BigInteger("9223372036854775808"))),
                arguments("a = 0xff\nb = 0o17\nc = 0b11\nd = 1_000", Map.of("a", 255L, "b", 15L, "c", 3L, "d", 1000L)),
                arguments("a = 1.0", Map.of("a", 1.0)), arguments("a = -0.0", Map.of("a", 0.0)),
                arguments("a = 5e+22", Map.of("a", 5e22)), arguments("a = 1e-999", Map.of("a", 0.0)),
                arguments("a = inf\nb = -inf\nc = nan",
                        Map.of("a", Double.POSITIVE_INFINITY, "b", Double.NEGATIVE_INFINITY, "c", Double.NaN)),
                arguments("a = true\nb = false", Map.of("a", true, "b", false)),
                arguments("a.b.c = 1\na.d = 2", Map.of("a", Map.of("b", Map.of("c", 1L), "d", 2L))),
                arguments("\"a.b\" = 1\n'' = 2", Map.of("a.b", 1L, "", 2L)),
                arguments("1.2 = 3", Map.of("1", Map.of("2", 3L))),
                arguments("[t]\nx = 1\n[t.u]\ny = 2", Map.of("t", Map.of("x", 1L, "u", Map.of("y", 2L)))),
                arguments("[[a]]\nx = 1\n[[a]]\nx = 2\n[a.t]\ny = 3",
                        Map.of("a", List.of(Map.of("x", 1L), Map.of("x", 2L, "t", Map.of("y", 3L))))),
                arguments("a = [1, [2, \"x\"], {y = 1}, # why\n]",
                        Map.of("a", List.of(1L, List.of(2L, "x"), Map.of("y", 1L)))),
                arguments("a = \"\"\"\nx\n  \\\n  y\"\"\"", Map.of("a", "x\n  y")),
                arguments("a = '''\nC:\\x'y'''", Map.of("a", "C:\\x'y")),
                arguments("a = \"\\u00e9\\U0001F600\\t\"", Map.of("a", "\u00e9\uD83D\uDE00\t")),
                arguments("a = 1979-05-27T07:32:00Z", Map.of("a", OffsetDateTime.parse("1979-05-27T07:32:00Z"))),
                arguments("a = 1979-05-27 07:32:00.5-07:00",
                        Map.of("a", OffsetDateTime.parse("1979-05-27T07:32:00.5-07:00"))),
                arguments("a = 1979-05-27T07:32:00", Map.of("a", LocalDateTime.parse("1979-05-27T07:32:00"))),
                arguments("a = 1979-05-27", Map.of("a", LocalDate.parse("1979-05-27"))),
                arguments("a = 07:32:00", Map.of("a", LocalTime.parse("07:32:00"))));
    }

    @ParameterizedTest
    @MethodSource("readings")
    void tomlIsReadAsItsSpecificationSays(String toml, Map<String, Object> tree) {
        assertThat(Toml.parse(toml)).isEqualTo(tree);
    }

    @ParameterizedTest
    @MethodSource("readings")
    void whatIsWrittenReadsBackAsTheSameTree(String toml, Map<String, Object> tree) {
        assertThat(Toml.parse(Toml.write(tree))).isEqualTo(tree);
    }

    @Test
    void keysKeepTheOrderOfTheText() {
        assertThat(Toml.parse("z = 1\na = 2\nm = 3").keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void aTreeCannotBeChanged() {
        Map<String, Object> tree = Toml.parse("a = [1]\n[t]\nx = 1");
        assertThat(tree).isUnmodifiable();
        assertThat((Map<?, ?>) tree.get("t")).isUnmodifiable();
        assertThat((List<?>) tree.get("a")).isUnmodifiable();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(arguments("port = abc", 1, 8, "port", "text stands in quotes: port = \"...\""),
                arguments("a = 1\nmaxmemory = 64mb", 2, 15, "maxmemory", "text stands in quotes: maxmemory = \"...\""),
                arguments("[tls]\nmode = yes # or no", 2, 8, "tls.mode", "this is no number, date, true or false"),
                arguments("port 2112", 1, 5, null, "'=' is missing"),
                arguments("port: 2112", 1, 5, null, "stands '=', not ':'"),
                arguments("port =", 1, 7, "port", "a value is missing after: port ="),
                arguments("port =\nx = 1", 1, 7, "port", "a value is missing after: port ="),
                arguments("port = \"abc", 1, 12, "port", "a quote or a bracket is not closed"),
                arguments("port = \"abc\nx = 1", 1, 12, "port", "a quote or a bracket is not closed"),
                arguments("a = [1, 2\nb = 3", 2, 1, "a", "something else follows"),
                arguments("[redis", 1, 7, "redis", "[redis] has no closing bracket"),
                arguments("[redis]]", 1, 9, "redis", "a header is written [table]"),
                arguments("= 1", 1, 1, null, "a key is missing before '='"),
                arguments("{\"port\": 1}", 1, 1, null, "looks like JSON"),
                arguments("<html>", 1, 1, null, "a line is written: key = value"),
                arguments("a = 007", 1, 5, "a", "does not start with 0"),
                arguments("a = 1 b = 2", 1, 7, "a", "something else follows"),
                arguments("a = \"\\q\"", 1, 6, "a", "this escape does not exist"),
                arguments("a = 2021-02-30", 1, 5, "a", "this is no date or time"),
                arguments("a = \"x\u0001\"", 1, 7, "a", "illegal control character"),
                arguments("port = 6379\n<html>", 2, 1, null, "a line is written: key = value"),
                arguments("port = 6379\n= 1", 2, 1, null, "a key is missing before '='"),
                arguments("port = 6379\n64mb", 2, 5, null, "'=' is missing"),
                arguments("port = 6379 \r\r\n", 1, 13, "port", "a carriage return"),
                arguments("po rt = 6379", 1, 3, null, "any other stands in quotes"),
                arguments("port} = 64mb", 1, 6, null, "any other stands in quotes"),
                arguments("a = '\u2028\u0085\uD83D\uDE00' # \u2028\nb = '\uD83D\uDE00' x", 2, 9, "b",
                        "something else follows"),
                // Twice, and what does not go together.
                arguments("port = 6379\nport = 2112 # new\n\n[x]\n", 2, 1, "port", "port is already set in line 1"),
                arguments("a = [\n1]\n# b\n\"a\" = 2", 4, 1, "a", "a is already set in line 1"),
                arguments("[t]\nx = 1\n[u]\n[t]", 4, 1, "t", "the table t is already set in line 1"),
                arguments("a = 1\n[a]\nx = 1", 2, 1, "a", "a is already set in line 1"),
                arguments("a.b = 1\na.b.c = 2", 2, 1, "a.b.c", "a.b.c does not go with a.b in line 1"),
                arguments("[[a]]\nx = 1\n[a]\ny = 1", 3, 1, "a", "does not go with a in line 1"),
                arguments("[[a]]\nx = 1\n[[a]]\nx = 2\nx = 3", 5, 1, "a.x", "a.x is already set in line 4"),
                arguments("a = {x = 1, x = 2}", 1, 18, "a", "a key is set twice within a"),
                // Limits.
                arguments("x = 0\ny = 1e999", 2, 1, "y", "too large for a 64-bit floating-point number"),
                arguments("a = 1e999999999", 1, 1, "a", "too large for a 64-bit floating-point number"),
                arguments("a = " + "9".repeat(101), 1, 5, "a", "a number has at most 100 characters"),
                arguments("a = 1." + "0".repeat(2000), 1, 2007, "a", "a number has at most 100 characters"),
                arguments("x = 0\na = " + "[".repeat(31) + "]".repeat(31), 2, 1, "a", "lie in each other 30 deep"),
                arguments("a = " + "[".repeat(30000), 1, 1, null, "lie in each other 30 deep"),
                arguments("a" + ".a".repeat(30000) + " = 1", 1, 1, "a" + ".a".repeat(30), "lie in each other 30 deep"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamedWithPlaceKeyAndWhatToWrite(String toml, int line, int column, String key, String problem) {
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> Toml.parse(toml)).satisfies((ex) -> {
            assertThat(ex.problem()).contains(problem);
            assertThat(ex.line()).as("line").isEqualTo(line);
            assertThat(ex.column()).as("column").isEqualTo(column);
            assertThat(ex.key().orElse(null)).as("key").isEqualTo(key);
            assertThat(ex.getMessage()).hasSizeLessThan(400);
        });
    }

    @Test
    void anyTextIsReadOrRefusedWithAPlace() {
        String seed = "[a.b]\nx = \"y\\n\" # c\nl = [1, {a = 'b'}, \"\"\"q\"\"\"]\r\n[[t]]\nd = 2020-01-01T00:00:00Z\n[t.u]\nf.g = 1.5e3\n";
        String pool = "ab.=[]{}\"'#\n\r\t ,\\-+_019:eTZ\u0000\u00e9\ud83d";
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            StringBuilder text = new StringBuilder(seed);
            for (int change = random.nextInt(6); change >= 0; change--) {
                int place = random.nextInt(text.length());
                text.replace(place, place + random.nextInt(2),
                        String.valueOf(pool.charAt(random.nextInt(pool.length()))));
            }
            try {
                Map<String, Object> tree = Toml.parse(text.toString());
                assertThat(Toml.parse(Toml.write(tree))).isEqualTo(tree);
            }
            catch (InvalidTomlException ex) {
                assertThat(ex.line()).isBetween(1, 12);
                assertThat(ex.column()).isPositive();
            }
        }
    }

    @Test
    void thirtyTablesInEachOtherAreAccepted() {
        assertThat(Toml.parse("a = " + "[".repeat(30) + "]".repeat(30))).containsKey("a");
        assertThat(Toml.parse("a" + ".a".repeat(30) + " = 1")).containsKey("a");
    }

    @Test
    void writingPutsValuesFirstThenTablesThenListsOfTables() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("list", List.of(Map.of("n", 1L), Map.of("n", 2L)));
        tree.put("outer", Map.of("inner", Map.of("x", 1L), "deep", Map.of()));
        tree.put("tls", Map.of("cert name", "a\"b\n"));
        tree.put("empty", List.of());
        tree.put("port", 6379L);
        assertThat(Toml.write(Map.of("port", 1L))).isEqualTo("port = 1\n");
        String written = Toml.write(tree);
        assertThat(written).startsWith("empty = []\nport = 6379\n\n[outer.")
            .contains("\n[tls]\n\"cert name\" = \"a\\\"b\\n\"\n")
            .contains("\n[outer.deep]\n")
            .doesNotContain("[outer]")
            .endsWith("\n[[list]]\nn = 1\n\n[[list]]\nn = 2\n");
        assertThat(Toml.parse(written)).isEqualTo(tree);
    }

    @Test
    void textWithControlCharactersReadsBack() {
        Map<String, Object> tree = Map.of("a\u0000\u007f", "\u0001\u0085\u2028\uFEFF\uD83D\uDE00", "list",
                List.of(Map.of("x", 1L), 1L, List.of(Map.of())));
        assertThat(Toml.parse(Toml.write(tree))).isEqualTo(tree);
    }

    @Test
    void aTreeOfOtherTypesIsNotWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> Toml.write(Map.of("a", new StringBuilder())))
            .withMessageContaining("StringBuilder");
    }

    @Test
    void jsonGivesTheSameTreeAsToml() {
        assertThat(Toml.parseJson("{\"port\": 6379, \"t\": {\"x\": [1.0, true, \"a\", 9223372036854775807]}}"))
            .isEqualTo(Toml.parse("port = 6379\nt.x = [1.0, true, \"a\", 9223372036854775807]"));
    }

    static Stream<Arguments> jsonMistakes() {
        return Stream.of(arguments("", 1, 1, "a configuration is an object"),
                arguments("[1]", 1, 1, "a configuration is an object"),
                arguments("{\"a\": 1}\n{}", 2, 1, "more text follows"),
                arguments("{\n \"a\": nul}", 2, 7, "not JSON: text stands in quotes"),
                arguments("{\"a\": null}", 1, 7, "leave the key out"),
                arguments("{\"a\": 1, \"a\": 2}", 1, 13, "not JSON: Duplicate"),
                arguments("{\"a\": 1e999}", 1, 7, "too large"),
                arguments("{\"a\": \"\\ud800\"}", 1, 7, "half a character (U+D800)"),
                arguments("{\"a\": " + "[".repeat(40) + "]".repeat(40) + "}", 1, 37, "30 deep"),
                arguments("{\"a\": " + "9".repeat(200) + "}", 1, 207, "Number value length"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-",
            value = { "{\"a\": {\"b\": nul}} | a.b", "{\"a\": 1, \"a\": 2} | a", "{\"a\": 1,} | -", "{\"a\" 1} | a",
                    "{\"a\": [{\"b c\": 1.2.3}]} | a.0.\"b c\"", "[ | -" })
    void aMistakeInJsonNamesTheKeyWhoseValueItIs(String json, @Nullable String key) {
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> Toml.parseJson(json))
            .satisfies((ex) -> assertThat(ex.key()).isEqualTo(Optional.ofNullable(key)));
    }

    @ParameterizedTest
    @CsvSource({ "a, 1, 2", "a.b, 2, 2", "a.b.c, 2, 2", "l.1.x, 4, 10", "l.1, 4, 9", "l.7, 3, 1", "nothing, 1, 1" })
    void aValueInJsonHasAPlace(String path, int line, int column) {
        String json = "{\"a\": {\n \"b\": 1},\n\"l\": [0,\n        {\"x\": 1}]}";
        assertThat(Toml.placeInJson(json, List.of(path.split("\\.")))).isEqualTo(new TextPlace(line, column));
    }

    @ParameterizedTest
    @MethodSource("jsonMistakes")
    void aMistakeInJsonIsNamedWithItsPlace(String json, int line, int column, String problem) {
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> Toml.parseJson(json)).satisfies((ex) -> {
            assertThat(ex.problem()).contains(problem);
            assertThat(List.of(ex.line(), ex.column())).containsExactly(line, column);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "password = hunter2", "password = hunter2 hunter2", "password = \"hunter2",
            "password = 'hunter2' hunter2", "password = [hunter2", "password = \"hunter2\\q\"", "password = 0hunter2",
            "password = 2021-02-hunter2", "password = \"hunter2\"\npassword = \"hunter2\"", "password hunter2",
            "password: hunter2", "password = \"hunter2\u0001\"", "password = {hunter2}", "password = @hunter2",
            "password = hunter2\r", "{\"password\": hunter2}", "{\"password\": \"hunter2", "{\"password\": 'hunter2'}",
            "{\"password\": \"hunter2\" hunter2}", "{\"password\": \"hunter2\\q\"}", "{\"password\": 7hunter2}" })
    void whatIsWrongIsToldWithoutTheValue(String text) {
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> Toml.parse(text))
            .satisfies((ex) -> assertThat(ex.getMessage() + ex.problem() + ex.key()).doesNotContain("hunter2"));
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> Toml.parseJson(text))
            .satisfies((ex) -> assertThat(ex.getMessage() + ex.problem() + ex.key()).doesNotContain("hunter2"));
    }

}
