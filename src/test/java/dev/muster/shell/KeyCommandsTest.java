package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class KeyCommandsTest {

    private static final String SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final String KEY = "SYM-SEC-1\nprod-20261122201500\n\n" + SECRET;

    @TempDir
    Path directory;

    private Path keys;

    private Client client;

    @BeforeEach
    void client() {
        this.client = new Client(this.directory, "");
        this.keys = this.directory.resolve("cache/keys");
    }

    private Json json() {
        return Json.parse(this.client.out());
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aRingKeyIsMadeShownAndTakenElsewhere() throws IOException {
        assertThat(this.client.run("ring key generate prod --format json")).isZero();
        Json made = json();
        Path file = Path.of(made.text("file"));
        assertThat(file.getParent()).isEqualTo(this.keys);
        assertThat(mode(file)).isEqualTo("r--------");
        assertThat(made.text("key")).matches("prod-\\d{14}");
        assertThat(made.text("outcome")).isEqualTo("generated");
        String text = Files.readString(file);
        String secret = text.lines().toList().get(3);
        assertThat(this.client.out()).doesNotContain(secret);

        assertThat(this.client.run("ring key list")).isZero();
        assertThat(this.client.out()).contains(made.text("revision") + "  " + made.text("fingerprint") + "  newest")
            .doesNotContain(secret);

        assertThat(this.client.run("ring key export prod")).isZero();
        assertThat(this.client.out()).isEqualTo(text + "\n");

        Client other = new Client(this.directory.resolve("other"), "").input(this.client.out());
        assertThat(other.run("ring key import")).isZero();
        assertThat(other.out()).contains("imported", made.text("fingerprint")).doesNotContain(secret);
        assertThat(this.directory.resolve("other/cache/keys").resolve(file.getFileName())).hasContent(text);
    }

    @Test
    void aKeyMadeWithinTheSameSecondIsTheNewerOne() {
        assertThat(this.client.run("ring key generate prod --format json")).isZero();
        String first = json().text("revision");
        assertThat(this.client.run("ring key generate prod --format json")).isZero();
        String second = json().text("revision");
        assertThat(second).isGreaterThan(first);
        assertThat(this.client.run("ring key export prod --format json")).isZero();
        assertThat(json().text("revision")).isEqualTo(second);
        assertThat(this.client.run("ring key list --format json")).isZero();
        assertThat(json().elements()).extracting((key) -> key.text("revision") + key.isTrue("newest"))
            .containsExactly(second + "true", first + "false");
    }

    @Test
    void aKeyIsImportedOnceAndNeverReplaced() throws IOException {
        this.client.input(KEY + "\n");
        assertThat(this.client.run("ring key import")).isZero();
        Path file = this.keys.resolve("prod-20261122201500.sym.key");
        assertThat(file).hasContent(KEY);
        assertThat(this.client.input(KEY).run("ring key import --format json")).isZero();
        assertThat(json().text("outcome")).isEqualTo("already there");
        assertThat(this.client.input(KEY.replace("AAEC", "AAED")).run("ring key import")).isEqualTo(6);
        assertThat(this.client.err()).contains("another key prod-20261122201500", file.toString())
            .doesNotContain("AAEC", "AAED");
        assertThat(file).hasContent(KEY);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            '',                                        its first line is empty
            'port = 1',                                its first line is something else
            'BOX-SEC-1\\nprod-20261122201500\\n\\nKEY', it is a secret encryption key
            'SYM-SEC-1\\nprod-20261122201500',         it ends after line 2 of 4
            'SYM-SEC-1\\nprod-20261122201500\\n\\nAAEC', its line 4 holds 3 bytes and not 32
            'SYM-SEC-1\\n../../x-20261122201500\\n\\nKEY', line 2: it does not name a key
            """)
    void whatIsNoRingKeyIsNotImported(String text, String why) {
        this.client.input(text.replace("\\n", "\n").replace("KEY", SECRET));
        assertThat(this.client.run("ring key import")).isEqualTo(7);
        assertThat(this.client.err()).contains("Standard input: This is not a ring key", why, "muster ring key export")
            .doesNotContain(SECRET)
            .hasLineCount(1);
        assertThat(this.keys).doesNotExist();
        this.client.input(text.replace("\\n", "\n").replace("KEY", SECRET));
        assertThat(this.client.run("ring key import --format json")).isEqualTo(7);
        assertThat(Json.parse(this.client.err()).text("type")).isEqualTo("urn:muster:problem:invalid-syntax");
    }

    @Test
    void aKeyThatIsNotThereIsToldFromThoseThatAre() {
        assertThat(this.client.run("ring key list")).isZero();
        assertThat(this.client.out()).contains("No ring keys in " + this.keys);
        assertThat(this.client.run("ring key export prod")).isEqualTo(5);
        assertThat(this.client.err()).contains("there are none at all", "muster ring key generate prod");
        this.client.run("ring key generate test");
        this.client.run("ring key generate default");
        assertThat(this.client.run("ring key export prod")).isEqualTo(5);
        assertThat(this.client.err()).contains("there are keys of default, test").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({ "ring key generate ../x", "ring key export a/b", "ring key generate .", "user key generate a@b",
            "user key generate ..", "svc key generate redis acme", "svc key generate redis.prod a/c" })
    void aNameThatNoKeyCanHaveIsRefused(String line) {
        assertThat(this.client.run(line)).isEqualTo(7);
        assertThat(this.client.err())
            .contains(line.startsWith("svc") ? "names no service group" : "cannot be the name");
        assertThat(this.keys).doesNotExist();
    }

    @Test
    void aDamagedKeyIsShownAndNotExported() throws IOException {
        Files.createDirectories(this.keys);
        Path file = Files.writeString(this.keys.resolve("prod-20261122201500.sym.key"), KEY.replace("SYM", "SYN"));
        assertThat(this.client.run("ring key list")).isZero();
        assertThat(this.client.out()).contains("The key file " + file + " is damaged").doesNotContain(SECRET);
        assertThat(this.client.run("ring key export prod")).isEqualTo(1);
        assertThat(this.client.err()).contains("The key file " + file + " is damaged").doesNotContain(SECRET);
    }

    @Test
    void usersAndGroupsHaveTwoFilesEach() throws IOException {
        assertThat(this.client.run("user key generate alice --format json")).isZero();
        assertThat(mode(Path.of(json().text("secretFile")))).isEqualTo("r--------");
        assertThat(mode(Path.of(json().text("publicFile")))).isEqualTo("r--r--r--");
        assertThat(this.client.run("svc key generate redis.prod acme")).isZero();
        assertThat(this.client.out()).contains("redis.prod@acme-", ".box.key", ".pub").doesNotContain("BOX-SEC-1");
        assertThat(this.client.environment(Map.of("HABITAT_ORG", "acme")).run("svc key generate redis.prod")).isZero();
        assertThat(this.client.run("svc key generate redis.prod@other")).isZero();
        try (var files = Files.list(this.keys)) {
            assertThat(files.map((file) -> file.getFileName().toString().replaceAll("\\d{14}", "REV")))
                .contains("alice-REV.pub", "alice-REV.box.key", "redis.prod@acme-REV.pub",
                        "redis.prod@acme-REV.box.key", "redis.prod@other-REV.pub", "redis.prod@other-REV.box.key")
                .hasSize(8);
        }
    }

    @Test
    void aGroupsKeyNeedsOneOrganization() {
        assertThat(this.client.run("svc key generate redis.prod")).isEqualTo(2);
        assertThat(this.client.err()).contains("HABITAT_ORG");
        assertThat(this.client.run("svc key generate redis.prod@acme other")).isEqualTo(2);
    }

    @Test
    void keysAreWhereTheyAreSaidToBe() {
        Path elsewhere = this.directory.resolve("elsewhere");
        assertThat(this.client.run("ring key generate a --cache-key-path " + elsewhere)).isZero();
        this.client.environment(Map.of("HAB_CACHE_KEY_PATH", elsewhere.toString()));
        assertThat(this.client.run("ring key export a")).isZero();
        assertThat(this.keys).doesNotExist();
    }

    @Test
    void anInteractiveSessionsRootHoldsForKeysToo() {
        this.client.input("ring key generate prod\nring key import <<EOF\n" + KEY.replace("prod", "two") + "\nEOF\n");
        assertThat(this.client.exactly("shell", "--root", this.directory.toString())).isZero();
        assertThat(this.keys).isDirectoryContaining("glob:**/prod-*.sym.key")
            .isDirectoryContaining("glob:**/two-20261122201500.sym.key");
        this.client.input("ring key import\n");
        assertThat(this.client.exactly("shell", "--root", this.directory.toString())).isEqualTo(2);
        assertThat(this.client.err()).contains("<<EOF");
    }

    @Test
    void aControlSecretIsPrintedAndKeptNowhere() {
        assertThat(this.client.exactly("sup", "secret", "generate")).isZero();
        assertThat(Base64.getDecoder().decode(this.client.out().strip())).hasSize(64);
        String first = this.client.out();
        assertThat(this.client.exactly("sup", "secret", "generate", "--format=json")).isZero();
        assertThat(json().text("secret")).hasSize(88).isNotEqualTo(first.strip());
    }

    @Test
    void aCertificateIsMadeForTheNameAndThisHost() throws IOException {
        Path tls = this.directory.resolve("tls");
        assertThat(
                this.client.run("sup secret generate-tls --subject-alternative-name sup-a " + tls + " --format json"))
            .isZero();
        Json made = json();
        assertThat(made.get("names").value()).isEqualTo(List.of("sup-a", "localhost", "127.0.0.1", "::1"));
        assertThat(Path.of(made.text("certificate"))).content().startsWith("-----BEGIN CERTIFICATE-----\n");
        Path key = Path.of(made.text("key"));
        assertThat(key).content().startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(key.getFileName().toString()).matches("ctl-gateway-\\d{14}\\.key\\.pem");
        assertThat(mode(key)).isEqualTo("r--------");
        assertThat(this.client.run("sup secret generate-tls --subject-alternative-name sup-a")).isZero();
        assertThat(this.client.out()).contains(this.keys.resolve("ctl") + "/ctl-gateway-").doesNotContain("BEGIN");
        assertThat(this.client.run("sup secret generate-tls " + tls)).isEqualTo(2);
        assertThat(this.client.run("sup secret generate-tls --subject-alternative-name a/b " + tls)).isEqualTo(7);
    }

}
