package dev.muster.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ExplanationTests {

    static Stream<Arguments> layers() {
        return Stream.of(
                arguments("port = 6379\nname = \"r\"", "", "port = 2112",
                        List.of("port = 2112 < C", "name = \"r\" < A")),
                arguments("a = 1", "a = 2", "a = 1", List.of("a = 1 < C")),
                arguments("a = 1", "a = 2", "b = 1", List.of("a = 2 < B", "b = 1 < C")),
                arguments("[t]\na = 1\nb = 1", "t.b = 2\nt.c.d = 3", "t.c.e = 4",
                        List.of("t.a = 1 < A", "t.b = 2 < B", "t.c.d = 3 < B", "t.c.e = 4 < C")),
                // A list is one value.
                arguments("l = [1, 2]", "l = [3]", "", List.of("l = [3] < B")),
                arguments("l = [{ a = 1 }]", "", "", List.of("l = [{ a = 1 }] < A")),
                // So is an empty table; what it meets stays.
                arguments("t = {}", "", "", List.of("t = {} < A")),
                arguments("t.a = 1", "t = {}", "", List.of("t.a = 1 < A")),
                arguments("", "t = {}", "t = {}", List.of("t = {} < C")),
                arguments("t = {}", "t.a = 1", "", List.of("t.a = 1 < B")),
                // A value in a table's place, and back.
                arguments("t.a = 1", "t = 5", "", List.of("t = 5 < B")),
                arguments("t.a = 1", "t = 5", "t.b = 2", List.of("t.b = 2 < C")),
                arguments("t = 5", "t.a = 1", "", List.of("t.a = 1 < B")),
                // Keys that need quotes.
                arguments("\"a.b\" = 1\n[t]\n\"x y\" = 2", "t.\"\" = 3", "",
                        List.of("\"a.b\" = 1 < A", "t.\"x y\" = 2 < A", "t.\"\" = 3 < B")),
                arguments("", "", "", List.of()));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void everyValueIsFromTheStrongestLayerThatSetsIt(String a, String b, String c, List<String> values) {
        List<Layer> layers = List.of(new Layer("A", Toml.parse(a)), new Layer("B", Toml.parse(b)),
                new Layer("C", Toml.parse(c)));
        List<ExplainedValue> explained = Layers.explain(layers);
        assertThat(explained.stream().map((value) -> value.toml() + " < " + value.layer())).isEqualTo(values);
        // And nothing is lost.
        assertThat(Toml.parse(ExplainedValue.text(explained, (layer) -> "from " + layer)))
            .isEqualTo(Layers.merge(layers.stream().map(Layer::tree).toList()));
    }

    @Test
    void withoutALayerThereIsNothing() {
        assertThat(Layers.explain(List.of())).isEmpty();
        assertThat(ExplainedValue.text(List.of(), (layer) -> "x")).isEmpty();
    }

    @Test
    void theTextSaysBehindEachValueWhereItIsFrom() {
        List<ExplainedValue> explained = Layers
            .explain(List.of(new Layer("default.toml", Toml.parse("port = 6379\nname = \"a\\nb\"\n[tls]\ncert = 'c'")),
                    new Layer("user.toml", Toml.parse("tls.\"key file\" = 'k'")),
                    new Layer("applied", Toml.parse("port = 2112\nlong = \"" + "x".repeat(60) + "\""))));
        Map<String, String> comments = Map.of("default.toml", "", "user.toml", "user.toml", "applied",
                "applied 1-912cdd7d by root@vm\nport = 1");
        assertThat(ExplainedValue.text(explained, comments::get)).isEqualTo("""
                port = 2112            # applied 1-912cdd7d by root@vm port = 1
                name = "a\\nb"
                tls.cert = "c"
                tls."key file" = "k"   # user.toml
                long = "%s"   # applied 1-912cdd7d by root@vm port = 1
                """.formatted("x".repeat(60)));
    }

}
