package dev.muster.config;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ShownLayersTest {

    private static final List<Layer> LAYERS = List.of(
            new Layer("default.toml", Toml.parse("port = 1\nname = 'x'\n[tls]\ncert = 'c'\nkey = 'k'\n[db]\n")),
            new Layer("user.toml", Toml.parse("name = 'y'\n")),
            new Layer("2-abcdefab", Toml
                .parse("port = 'swordfish'\n[tls]\nkey = 'swordfish'\nswordfish = 1\n[db]\npassword = 'swordfish'\n"
                        + "[swordfish]\nx = 1\n"),
                    true));

    @Test
    void whatCameEncryptedIsNotShownNorKeysThatOnlyCameSo() {
        String shown = Toml.write(Layers.shown(LAYERS));
        assertThat(shown).doesNotContain("swordfish", "password");
        assertThat(Layers.shown(LAYERS))
            .isEqualTo(Toml.parse("port = '(encrypted)'\nname = 'y'\n[tls]\ncert = 'c'\nkey = '(encrypted)'\n[db]\n"));
        assertThat(Layers.merge(LAYERS.stream().map(Layer::tree).toList())).containsEntry("port", "swordfish");
        assertThat(LAYERS.toString()).doesNotContain("swordfish");
    }

    @Test
    void itIsExplainedAsItIsShown() {
        List<ExplainedValue> values = Layers.explain(LAYERS);
        assertThat(values).extracting((value) -> value.path() + " " + value.value() + " " + value.layer())
            .containsExactly("port (encrypted) 2-abcdefab", "name y user.toml", "tls.cert c default.toml",
                    "tls.key (encrypted) 2-abcdefab", "db {} 2-abcdefab");
    }

    @Test
    void whatDidNotComeEncryptedIsShownAsItIs() {
        List<Layer> plain = LAYERS.subList(0, 2);
        assertThat(Layers.shown(plain)).isEqualTo(Layers.merge(plain.stream().map(Layer::tree).toList()));
    }

}
