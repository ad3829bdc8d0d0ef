package dev.muster.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class LayersTests {

    static Stream<Arguments> merges() {
        return Stream.of(arguments("port = 6379", "port = 2112", "port = 2112"),
                arguments("port = 6379", "", "port = 6379"), arguments("", "port = 1", "port = 1"),
                arguments("[t]\na = 1\nb = 2", "[t]\nb = 3\nc = 4", "[t]\na = 1\nb = 3\nc = 4"),
                arguments("[t.u]\na = 1", "[t.u]\nb = 2", "[t.u]\na = 1\nb = 2"),
                arguments("list = [1, 2, 3]", "list = [4]", "list = [4]"),
                arguments("list = [1]", "list = []", "list = []"),
                arguments("[[l]]\na = 1\n[[l]]\na = 2", "[[l]]\nb = 1", "[[l]]\nb = 1"),
                arguments("[t]\na = 1", "t = 5", "t = 5"), arguments("t = 5", "[t]\na = 1", "[t]\na = 1"),
                arguments("[t]\na = 1", "t = {}", "[t]\na = 1"), arguments("a = 1", "a = \"1\"", "a = \"1\""));
    }

    @ParameterizedTest
    @MethodSource("merges")
    void aStrongerLayerReplacesValuesAndAddsToTables(String weak, String strong, String merged) {
        assertThat(Layers.merge(List.of(Toml.parse(weak), Toml.parse(strong)))).isEqualTo(Toml.parse(merged));
    }

    @Test
    void theLastOfManyLayersWins() {
        assertThat(Layers.merge(List.of(Map.of("a", 1L, "b", 1L, "c", 1L), Map.of("b", 2L), Map.of(), Map.of("c", 4L))))
            .isEqualTo(Map.of("a", 1L, "b", 2L, "c", 4L));
        assertThat(Layers.merge(List.of())).isEmpty();
    }

    @Test
    void equalContentGivesTheSameOrderHoweverItWasWritten() {
        Map<String, Object> defaults = Toml.parse("z = 1\na = 1");
        String left = Layers.merge(List.of(defaults, Toml.parse("y = { n = 1, m = 2 }\na = 2\nb = 3"))).toString();
        String right = Layers.merge(List.of(defaults, Toml.parse("b = 3\na = 2\ny = { m = 2, n = 1 }"))).toString();
        assertThat(left).isEqualTo(right).isEqualTo("{z=1, a=2, b=3, y={m=2, n=1}}");
    }

    @Test
    void aMergeIsACopyThatCannotBeChanged() {
        Map<String, Object> layer = new HashMap<>(Map.of("t", new HashMap<>(Map.of("a", 1L))));
        Map<String, Object> merged = Layers.merge(List.of(layer));
        layer.clear();
        assertThat(merged).isUnmodifiable().containsKey("t");
        assertThat((Map<?, ?>) merged.get("t")).isUnmodifiable();
    }

    @Test
    void aLayerNestedTooDeepIsRefused() {
        Map<String, Object> deep = Map.of("x", 1L);
        for (int i = 0; i < 31; i++) {
            deep = Map.of("x", deep);
        }
        List<Map<String, Object>> layers = List.of(Map.of(), deep);
        assertThatIllegalArgumentException().isThrownBy(() -> Layers.merge(layers)).withMessageContaining("30");
    }

    static Stream<Arguments> sameContent() {
        return Stream.of(arguments("a = 1\nb = 2", "b = 2 # x\na = 1"), arguments("a.b = 1", "[a]\nb = 1"),
                arguments("a = 0x10", "a = 16"), arguments("a = 1.50", "a = 1.5"), arguments("a = 'x'", "a = \"x\""),
                arguments("[[l]]\nx = 1\ny = 2", "l = [{y = 2, x = 1}]"), arguments("a = nan", "a = -nan"),
                arguments("a = 1979-05-27 07:32:00Z", "a = 1979-05-27t07:32:00.000z"));
    }

    @ParameterizedTest
    @MethodSource("sameContent")
    void textsWithEqualTreesHaveTheSameHash(String left, String right) {
        assertThat(Layers.contentHash(Toml.parse(left))).isEqualTo(Layers.contentHash(Toml.parse(right)))
            .matches("[0-9a-f]{64}");
        assertThat(Content.difference(Toml.parse(left), Toml.parse(right), SecretKeys.NONE)).isEmpty();
    }

    @Test
    void differentTypesAndPlacesHaveDifferentHashes() {
        List<String> texts = List.of("", "a = 1", "a = 1.0", "a = \"1\"", "a = [1]", "a = true", "a = \"true\"",
                "a = 1979-05-27", "a = \"1979-05-27\"", "a = {}", "a = []", "a = [[]]", "a.b = 1", "\"a.b\" = 1",
                "a = inf", "a = \"inf\"", "a = 1979-05-27T07:32:00Z", "a = 1979-05-27T08:32:00+01:00",
                "a = [\"x\", \"y\"]", "a = [\"x\\\", \\\"y\"]");
        assertThat(texts.stream().map(Toml::parse).map(Content::hash)).doesNotHaveDuplicates();
    }

    @Test
    void anIntegerIsTheSameInEveryJavaType() {
        assertThat(Content.hash(Map.of("a", 1))).isEqualTo(Content.hash(Map.of("a", 1L)))
            .isEqualTo(Content.hash(Map.of("a", java.math.BigInteger.ONE)));
    }

    @Test
    void theHashOfAKnownContentStaysTheSame() {
        // Revisions name their content by this: another value would make every member
        // take all revisions again.
        assertThat(Content.canonical(Toml.parse("port = 2112\n[a]\n'x y' = [1.5, \"\u00e9\"]")))
            .isEqualTo("{ a = { \"x y\" = [1.5, \"\u00e9\"] }, port = 2112 }");
        assertThat(Content.hash(Toml.parse("port = 2112")))
            .isEqualTo("c8118ddaabeeae1a1187efdcde4c9d023cf888f34ec78be1bef9366d2898b323");
    }

    @Test
    void aDifferenceNamesEachKeyWithItsPath() {
        Map<String, Object> before = Toml
            .parse("port = 6379\nsame = 1\n[tls]\ncert = \"a\"\nkey = \"k\"\n[gone]\nx = 1");
        Map<String, Object> after = Toml
            .parse("port = 2112\nsame = 1\nnew = [1, 2]\ntls = { cert = \"b\", key = \"k\" }");
        assertThat(Content.difference(before, after, SecretKeys.NONE)).containsExactly("- gone.x = 1", "+ new = [1, 2]",
                "- port = 6379", "+ port = 2112", "- tls.cert = \"a\"", "+ tls.cert = \"b\"");
        assertThat(Content.difference(Toml.parse("a = 1"), Toml.parse("a.b = 2\nc = {}"), SecretKeys.NONE))
            .containsExactly("- a = 1", "+ a.b = 2", "+ c = {}");
    }

}
