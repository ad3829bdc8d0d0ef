package dev.muster.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class SecretKeysTest {

    private static final SecretKeys SECRETS = SecretKeys.of(List.of(List.of("password"), List.of("db", "users")));

    @Test
    void whatIsSecretIsNotShownAndNeitherIsWhatLiesInIt() {
        Map<String, Object> tree = Toml
            .parse("password = \"hunter2\"\nport = 1\n[db]\nhost = \"a\"\n[db.users]\nalice = \"x\"");
        assertThat(SECRETS.redact(tree))
            .isEqualTo(Map.of("password", "(secret)", "port", 1L, "db", Map.of("host", "a", "users", "(secret)")));
        assertThat(SecretKeys.NONE.redact(tree)).isEqualTo(tree);
        assertThat(SecretKeys.EVERYTHING.redact(tree))
            .isEqualTo(Map.of("password", "(secret)", "port", "(secret)", "db", "(secret)"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "password = 7", "password = [1, 2]", "password.x = \"hunter2\"",
            "db = \"hunter2\"", "db = [{users = \"hunter2\"}]", "db.users = []" })
    void aSecretIsHiddenWhateverItIsAndWhateverStandsWhereItBelongs(String toml) {
        assertThat(Toml.write(SECRETS.redact(Toml.parse(toml)))).containsOnlyOnce(SecretKeys.MARKER)
            .doesNotContain("hunter2", "7", "[1", "[]");
    }

    @Test
    void ofSecretsThatDifferIsToldThatAndNoMore() {
        Map<String, Object> before = Toml.parse("password = \"a\"\nport = 1\nold.x = 1");
        Map<String, Object> after = Toml.parse("password = \"longer\"\nport = 2\ndb.users.bob = \"b\"");
        assertThat(Content.changes(before, after, SECRETS)).containsExactly(
                new ChangedValue("db.users", null, "(secret)"), new ChangedValue("old.x", "1", null),
                new ChangedValue("password", "(secret)", "(secret)"), new ChangedValue("port", "1", "2"));
        assertThat(Content.difference(before, after, SECRETS)).containsExactly("+ db.users = (secret)", "- old.x = 1",
                "- password = (secret)", "+ password = (secret)", "- port = 1", "+ port = 2");
        assertThat(Content.changes(before, before, SECRETS)).isEmpty();
    }

    @Test
    void whatOneHidesOrTheOtherIsHiddenByBoth() {
        SecretKeys both = SECRETS.and(SecretKeys.of(List.of(List.of("token"))));
        assertThat(both.paths()).containsExactly(List.of("db", "users"), List.of("password"), List.of("token"));
        assertThat(both.and(SecretKeys.EVERYTHING)).isEqualTo(SecretKeys.EVERYTHING);
        assertThat(SecretKeys.NONE.and(SECRETS)).isEqualTo(SECRETS);
    }

    @Test
    void moreThanAFactHasRoomForHidesEverything() {
        assertThat(new SecretKeys(Set.of(List.of("a".repeat(8_200))))).isEqualTo(SecretKeys.EVERYTHING);
        assertThat(new SecretKeys(Set.of(List.of("a".repeat(8_000))))).isNotEqualTo(SecretKeys.EVERYTHING);
    }

    @Test
    void whatStandsForASecretIsFoundWhereOneBelongs() {
        assertThat(SECRETS.copied(Toml.parse("password = \"(secret)\""))).contains("password");
        assertThat(SECRETS.copied(Toml.parse("db.users = \"(secret)\""))).contains("db.users");
        assertThat(SECRETS.copied(Toml.parse("db.users.x = [\"(secret)\"]"))).contains("db.users.x");
        assertThat(SECRETS.copied(Toml.parse("comment = \"(secret)\"\npassword = \"x\""))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-",
            value = { "{'properties': {'a': {'writeOnly': true}, 'b': {'writeOnly': false}, 'c': {}}} | a",
                    "{'properties': {'t': {'writeOnly': true, 'properties': {'x': {}}}}} | t",
                    "{'properties': {'t': {'properties': {'x': {'writeOnly': true}}}}} | t.x",
                    "{'properties': {'l': {'items': {'properties': {'x': {'writeOnly': true}}}}}} | l",
                    "{'properties': {'t': {'additionalProperties': {'writeOnly': true}}}} | t",
                    "{'properties': {'t': {'patternProperties': {'^a': {'writeOnly': true}}}}} | t",
                    "{'properties': {'a': {'anyOf': [{'type': 'null'}, {'writeOnly': true}]}}} | a",
                    "{'allOf': [{'properties': {'a': {'writeOnly': true}}}]} | a",
                    "{'if': {}, 'then': {'properties': {'a': {'writeOnly': true}}}} | a",
                    "{'dependentSchemas': {'b': {'properties': {'a': {'writeOnly': true}}}}} | a",
                    "{'$defs': {'s': {'writeOnly': true}}, 'properties': {'a': {'$ref': '#/$defs/s'}, 'b': {}}} | a",
                    "{'properties': {'a': {'writeOnly': true}, 'b': {'$ref': 'https://example.com/other'}}} | a;b",
                    "{'properties': {'a': {'writeOnly': true}, 'b': {'$ref': '#'}}} | a;b.a;b.b",
                    "{'writeOnly': true} | ''", "{'properties': {'a': {'type': 'string'}}} | -", "true | -" })
    void aSchemaMarksSecrets(String schema, String paths) {
        SecretKeys secrets = SecretKeys.ofSchema(schema.replace('\'', '"'));
        if (paths == null) {
            assertThat(secrets).isEqualTo(SecretKeys.NONE);
        }
        else {
            assertThat(secrets.paths().stream().map(Literal::path)).containsExactlyInAnyOrder(paths.split(";"));
        }
    }

    @Test
    void ofASchemaThatIsNoneEverythingIsSecret() {
        assertThat(SecretKeys.ofSchema("{")).isEqualTo(SecretKeys.EVERYTHING);
    }

}
