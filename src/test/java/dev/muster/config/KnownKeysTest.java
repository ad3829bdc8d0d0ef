package dev.muster.config;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class KnownKeysTest {

    private static KnownKeys rules(String defaults, String... templates) {
        return new KnownKeys(Toml.parse(defaults), List.of(templates), List.of());
    }

    private static List<String> findings(KeyRules rules, String layer) {
        return rules.check(Toml.parse(layer))
            .stream()
            .map((finding) -> finding.kind() + " " + finding.path() + " " + finding.suggestion())
            .toList();
    }

    @Test
    void whatIsNeitherInTheDefaultsNorInATemplateIsUnknown() {
        KnownKeys rules = rules("port = 1\n[tls]\ncert = \"\"\n", "{{cfg.name}} {{cfg.tls.key}}");
        assertThat(findings(rules, "port = 2\nname = \"x\"\n[tls]\ncert = \"a\"\nkey = \"b\"\n")).isEmpty();
        assertThat(findings(rules, "prot = 2\n[tls]\nkeys = 1\n[other]\na = 1\n"))
            .containsExactly("UNKNOWN_KEY prot port", "UNKNOWN_KEY tls.keys tls.key", "UNKNOWN_KEY other null");
    }

    @Test
    void aKeyInTheWrongTableIsFoundWhereItBelongs() {
        assertThat(findings(rules("[server.tls]\ncertificate = 1\n"), "certificate = 2\n"))
            .containsExactly("UNKNOWN_KEY certificate server.tls.certificate");
    }

    @Test
    void aTypeThatDiffersIsAWarning() {
        KnownKeys rules = rules("port = 1\nratio = 0.5\nname = \"x\"\nlist = []\n[tls]\nport = 1\n");
        assertThat(findings(rules, "port = 2\nratio = 1\nname = \"\"\nlist = [1, \"a\"]\n")).isEmpty();
        assertThat(findings(rules, "port = \"2\"\nratio = \"1\"\nname = 1\nlist = 1\ntls = 5\n")).containsExactly(
                "WARNING port null", "WARNING ratio null", "WARNING name null", "WARNING list null",
                "WARNING tls null");
        assertThat(rules.check(Toml.parse("port = 1.5\n"))).singleElement()
            .satisfies((finding) -> assertThat(finding.problem())
                .isEqualTo("port is a floating-point number here; in the package it is an integer"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{{#each cfg.users}}{{name}}{{/each}}", "{{#each cfg.users as |u|}}{{u.name}}{{/each}}",
            "{{toToml cfg.users}}", "{{~#with cfg.users~}}{{x}}{{/with}}", "{{#cfg.users}}{{x}}{{/cfg.users}}",
            "{{#each @root.cfg.users}}{{/each}}", "{{#each ../cfg/users}}{{/each}}",
            "{{#if (eq (toJson cfg.users) \"{}\")}}{{/if}}", "{{#each cfg}}{{/each}}", "{{toJson cfg}}" })
    void whatIsUsedWholeMayHoldAnything(String template) {
        assertThat(findings(rules("", template), "[users.alice]\nage = 7\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{{#if cfg.users}}{{cfg.users.name}}{{/if}}",
            "{{#unless (eq cfg.users 1)}}{{cfg.users.name}}{{else if cfg.users}}{{/unless}}",
            "{{cfg.users.name}}{{!-- each cfg.users --}}", "{{toUppercase cfg.users.name}}",
            "{{cfg.[users].[name]}} {{x.cfg}} {{other-cfg}} {{cfgs}} {{\"each cfg.users\"}}" })
    void whatIsOnlyLookedAtMayNot(String template) {
        KnownKeys rules = rules("", template);
        assertThat(findings(rules, "[users]\nname = 1\n")).isEmpty();
        assertThat(findings(rules, "[users]\nnames = 7\n")).containsExactly("UNKNOWN_KEY users.names users.name");
        assertThat(findings(rules, "other = 7\n")).hasSize(1);
    }

    @Test
    void anEmptyTableAmongTheDefaultsMayHoldAnything() {
        assertThat(findings(rules("[extra]\n"), "[extra.a]\nb = 1\n")).isEmpty();
        assertThat(findings(rules(""), "a = 1\n")).hasSize(1);
    }

    @Test
    void anExportedValueIsUsed() {
        KnownKeys rules = new KnownKeys(Toml.parse(""), List.of(), List.of("server.port"));
        assertThat(findings(rules, "[server]\nport = 1\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "port, INTEGER", "tls.cert, TEXT", "tls, TABLE", "name, ", "none.at.all, " })
    void theTypeOfAKeyIsThatOfItsDefault(String key, ValueType type) {
        KnownKeys rules = rules("port = 1\n[tls]\ncert = \"\"\n", "{{cfg.name}}");
        assertThat(rules.type(KeyPath.parse(key)).orElse(null)).isEqualTo(type);
    }

}
