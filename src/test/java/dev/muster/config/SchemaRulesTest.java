package dev.muster.config;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SchemaRulesTest {

    private static final String SCHEMA = """
            {
              "type": "object",
              "required": ["port", "name"],
              "properties": {
                "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                "name": {"type": "string", "pattern": "^[a-z]+$"},
                "memory": {"type": ["integer", "string"]},
                "since": {"type": "string"},
                "tls": {"type": "object", "properties": {"cert": {"type": "string"}}},
                "free": {"type": "object", "additionalProperties": true, "properties": {"a": {}}},
                "users": {"type": "array", "items": {"type": "object", "properties": {"age": {"type": "integer"}}}},
                "mixed": {"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
              }
            }
            """;

    private static List<String> findings(String defaults, String layer) {
        return new SchemaRules(SCHEMA, Toml.parse(defaults)).check(Toml.parse(layer))
            .stream()
            .map((finding) -> finding.kind() + " " + finding.path() + " " + finding.suggestion())
            .toList();
    }

    @Test
    void whatTheSchemaAllowsIsFound() {
        assertThat(findings("port = 1\nname = \"a\"\n",
                "port = 2\nmemory = \"64mb\"\nsince = 2026-01-01\n[free.b]\nc = 1\n[mixed]\na = 1\nb = 2\n[tls]\ncert = \"x\"\n"
                        + "[[users]]\nage = 3\n"))
            .isEmpty();
    }

    @Test
    void anUnknownKeyIsToldApartFromAValueThatDoesNotFit() {
        assertThat(findings("port = 1\nname = \"a\"\n", "prot = 2\n[tls]\ncrt = 1\n[[users]]\nage = 1\nsize = 2\n"))
            .containsExactlyInAnyOrder("UNKNOWN_KEY prot port", "UNKNOWN_KEY tls.crt tls.cert",
                    "UNKNOWN_KEY users.0.size null");
        assertThat(findings("port = 1\nname = \"a\"\n", "port = \"2\"\nname = \"A\"\nmemory = true\n"))
            .containsExactlyInAnyOrder("UNFIT port null", "UNFIT name null", "UNFIT memory null");
    }

    @Test
    void whatIsMissingIsAWarningAndWhatThePackageBreaksItselfIsNone() {
        assertThat(findings("port = 1\n[tls]\ncert = 5\n", "memory = 2\n")).as("its fault alone").isEmpty();
        SchemaRules rules = new SchemaRules(SCHEMA.replace("\"required\": [\"port\", \"name\"],", "")
            .replace("\"tls\": {", "\"tls\": {\"required\": [\"cert\"], "), Map.of());
        assertThat(rules.check(Toml.parse("[tls]\n"))).singleElement().satisfies((finding) -> {
            assertThat(finding.path()).isEqualTo("tls.cert");
            assertThat(finding.kind()).isEqualTo(Finding.Kind.WARNING);
        });
    }

    @Test
    void theWordsNameKeyAndValue() {
        assertThat(new SchemaRules(SCHEMA, Toml.parse("name = \"a\"\nport = 1\n")).check(Toml.parse("port = 70000\n")))
            .singleElement()
            .satisfies((finding) -> assertThat(finding.problem()).startsWith("port: ").contains("65535", "70000"));
    }

    @ParameterizedTest
    @CsvSource({ "port, INTEGER", "memory, TEXT", "tls.cert, TEXT", "users, LIST", "nothing, ", "own, TEXT" })
    void theTypeOfAKeyIsThatOfTheSchema(String key, ValueType type) {
        assertThat(new SchemaRules(SCHEMA, Toml.parse("own = \"a\"\n")).type(KeyPath.parse(key)).orElse(null))
            .isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "nothing", "[]", "{\"type\":", "{\"properties\":{\"a\":{\"pattern\":\"(\"}}}",
            "{\"properties\":{\"a\":{\"$ref\":\"http://127.0.0.1:1/schema\"}}}" })
    void whatIsNoSchemaSaysWhy(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SchemaRules(text, Map.of()))
            .satisfies((refused) -> assertThat(refused.getMessage()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "password = 7 | UNFIT password", "password = \"hunter2\" | UNFIT password",
                    "pin = \"hunter2\" | UNFIT pin", "pin = 777777 | UNFIT pin", "list = [777777, 777777] | UNFIT list",
                    "db = \"hunter2\" | UNFIT db", "vault.hunter2 = 7 | UNFIT vault",
                    "vault = {a = \"hunter2\"} | UNFIT vault", "db.hunter = 1 | UNKNOWN_KEY db.hunter" })
    void whatDoesNotFitIsToldWithoutASecret(String layer, String expected) {
        SchemaRules rules = new SchemaRules("""
                {"properties": {
                  "password": {"type": "string", "maxLength": 3, "writeOnly": true},
                  "pin": {"enum": [1, 2], "writeOnly": true},
                  "list": {"type": "array", "uniqueItems": true, "items": {"maximum": 3}, "writeOnly": true},
                  "db": {"type": "object", "properties": {"password": {"type": "string", "writeOnly": true}}},
                  "vault": {"writeOnly": true, "type": "object", "propertyNames": {"maxLength": 3},
                    "additionalProperties": {"type": "string", "maxLength": 3}}
                }}""", Map.of());
        List<Finding> findings = rules.check(Toml.parse(layer));
        assertThat(findings).isNotEmpty().allSatisfy((finding) -> {
            assertThat(finding.kind() + " " + finding.path()).isEqualTo(expected);
            assertThat(finding.problem() + finding.suggestion()).doesNotContain("hunter2", "777777", "is 7");
        });
    }

}
