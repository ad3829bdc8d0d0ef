package dev.muster.config;

import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class LayerChangeTest {

    private static String changed(String layer, String set, String... unset) {
        Set<KeyPath> paths = java.util.Arrays.stream(unset)
            .map(KeyPath::parse)
            .collect(java.util.stream.Collectors.toSet());
        return Content.canonical(new LayerChange(Toml.parse(set), paths, Set.of()).applyTo(Toml.parse(layer)));
    }

    private static String canonical(String toml) {
        return Content.canonical(Toml.parse(toml));
    }

    @Test
    void tablesAreMergedAndAnythingElseIsTakenWhole() {
        assertThat(changed("a = 1\nl = [1, 2]\n[t]\nx = 1\ny = 2\n", "l = [3]\n[t]\ny = 5\nz = 6\n"))
            .isEqualTo(canonical("a = 1\nl = [3]\n[t]\nx = 1\ny = 5\nz = 6\n"));
        assertThat(changed("t = 1\n", "[t]\nx = 1\n")).isEqualTo(canonical("[t]\nx = 1\n"));
    }

    @Test
    void whatIsTakenOutIsTakenOutBeforeAnythingIsSet() {
        assertThat(changed("[t]\nx = 1\ny = 2\n", "[t]\nz = 3\n", "t")).isEqualTo(canonical("[t]\nz = 3\n"));
    }

    @Test
    void aTableThatIsLeftEmptyGoesToo() {
        assertThat(changed("a = 1\n[t.u]\nx = 1\n", "", "t.u.x")).isEqualTo(canonical("a = 1\n"));
        assertThat(changed("a = 1\n[t]\n", "", "t.x")).isEqualTo(canonical("a = 1\n[t]\n"));
        assertThat(changed("a = 1\n", "", "a.b", "c")).isEqualTo(canonical("a = 1\n"));
    }

    @Test
    void whatWasNotThereIsNamed() {
        LayerChange change = new LayerChange(Toml.parse(""), Set.of(KeyPath.parse("a.b"), KeyPath.parse("c")),
                Set.of());
        assertThat(change.missing(Toml.parse("c = 1\na = 2\n"))).containsExactly(KeyPath.parse("a.b"));
    }

    @ParameterizedTest
    @CsvSource({ "a, a", "a.b, a.b", "'a.\"b.c\"', 'a.\"b.c\"'", "' a . b ', a.b",
            "maxmemory-policy, maxmemory-policy" })
    void aKeyIsReadAsTomlReadsIt(String text, String shown) {
        assertThat(KeyPath.parse(text)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a b", "a.", ".a", "a = 1\nb", "[a]\nb", "a#", "a=1,b", "{}" })
    void whatIsNoKeyIsRefused(String text) {
        assertThatExceptionOfType(InvalidTomlException.class).isThrownBy(() -> KeyPath.parse(text));
    }

    @Test
    void textsDifferLineByLine() {
        assertThat(TextDiff.unified("a", "b", "1\n2\n", "1\n2\n")).isEmpty();
        assertThat(TextDiff.unified("a", "b", "1\n2\n", "1\n3")).containsExactly("--- a", "+++ b", "@@ -1,2 +1,2 @@",
                " 1", "-2", "+3\n\\ No newline at end of file");
        assertThat(TextDiff.unified("/dev/null", "b", "", "1\n")).containsExactly("--- /dev/null", "+++ b",
                "@@ -0,0 +1,1 @@", "+1");
    }

}
