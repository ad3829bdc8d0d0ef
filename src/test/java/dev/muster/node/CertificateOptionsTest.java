package dev.muster.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.muster.gateway.GatewayCertificates;
import dev.muster.key.SelfSigned;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CertificateOptionsTest {

    @TempDir
    private static Path directory;

    @BeforeAll
    static void files() throws Exception {
        SelfSigned one = made();
        write("one.crt", one.certificate());
        write("one.key", one.key());
        write("two.crt", made().certificate());
        write("both.crt", made().certificate() + one.certificate());
        write("text", "Nothing that anybody would take for a certificate.\n");
        write("damaged.crt", one.certificate().replace("MII", "AAA"));
        write("damaged.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        write("torn.key", one.key().substring(0, 80));
        write("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        write("rsa.key",
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(rsa.generateKeyPair().getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        Files.createDirectory(directory.resolve("empty"));
    }

    private static SelfSigned made() {
        return SelfSigned.generate(List.of("localhost"), Instant.now().minusSeconds(60), Duration.ofDays(1),
                new SecureRandom());
    }

    private static void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private static GatewayCertificates read(Map<String, String> given) {
        Map<String, List<String>> options = new HashMap<>();
        given.forEach((option, file) -> options.put(option, List.of(directory.resolve(file).toString())));
        return CertificateOptions.read(new OptionSources(options, Map.of(), List.of()));
    }

    @Test
    void withoutCertificatesItIsPlainHttp() {
        assertThat(read(Map.of())).isEqualTo(GatewayCertificates.NONE);
    }

    @Test
    void eachGatewayHasItsOwn() {
        GatewayCertificates control = read(Map.of("ctl-server-certificate", "one.crt", "ctl-server-key", "one.key"));
        assertThat(control.control()).isPresent();
        assertThat(control.reading()).isEmpty();
        GatewayCertificates reading = read(Map.of("certs", "one.crt", "key", "one.key", "ca-certs", "both.crt"));
        assertThat(reading.control()).isEmpty();
        assertThat(reading.reading()).isPresent();
    }

    @Test
    void theEnvironmentAndFilesNameThemToo() {
        String certificate = directory.resolve("one.crt").toString();
        String key = directory.resolve("one.key").toString();
        GatewayCertificates read = CertificateOptions.read(new OptionSources(Map.of(),
                Map.of("HAB_CTL_SERVER_CERTIFICATE", certificate, "HAB_CTL_SERVER_KEY", key),
                List.of(Map.of("cert_file", certificate, "key_file", key, "ctl_server_key", "/nowhere"))));
        assertThat(read.control()).isPresent();
        assertThat(read.reading()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({ "ctl-server-certificate, ctl-server-key", "ctl-server-key, ctl-server-certificate",
            "ctl-client-ca-certificate, ctl-server-certificate", "certs, key", "key, certs", "ca-certs, certs" })
    void oneOfAPairIsNotEnough(String given, String missing) {
        assertThatExceptionOfType(OptionException.class).isThrownBy(() -> read(Map.of(given, "one.crt")))
            .withMessageStartingWith("--" + given + " is given without --" + missing + ": ")
            .withMessageContaining("muster sup secret generate-tls");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "nowhere     | one.key     | one.crt  | nowhere     | (no such file)",
                    "one.crt     | nowhere     | one.crt  | nowhere     | (no such file)",
                    "one.crt     | one.key     | nowhere  | nowhere     | (no such file)",
                    "text        | one.key     | one.crt  | text        | has no certificate in it",
                    "one.key     | one.key     | one.crt  | one.key     | has no certificate in it",
                    "one.crt     | one.key     | text     | text        | has no certificate in it",
                    "damaged.crt | one.key     | one.crt  | damaged.crt | is damaged",
                    "one.crt     | one.crt     | one.crt  | one.crt     | has no private key in it",
                    "one.crt     | damaged.key | one.crt  | damaged.key | is damaged",
                    "one.crt     | torn.key    | one.crt  | torn.key    | is damaged",
                    "one.crt     | locked.key  | one.crt  | locked.key  | is kept with a password",
                    "two.crt     | one.key     | one.crt  | one.key     | is not the key to the certificate in",
                    "both.crt    | one.key     | one.crt  | one.key     | has to be the first",
                    "one.crt     | rsa.key     | one.crt  | rsa.key     | is not the key to the certificate in",
                    "empty       | one.key     | one.crt  | empty       | has no file *.crt.pem in it" })
    void whatCannotBeUsedIsNamedWithTheReason(String certificate, String key, String authorities, String file,
            String reason) {
        for (List<String> options : List.of(
                List.of("ctl-server-certificate", "ctl-server-key", "ctl-client-ca-certificate"),
                List.of("certs", "key", "ca-certs"))) {
            List<String> files = new ArrayList<>(List.of(certificate, key, authorities));
            Map<String, String> given = new HashMap<>();
            options.forEach((option) -> given.put(option, files.remove(0)));
            assertThatExceptionOfType(OptionException.class).isThrownBy(() -> read(given))
                .withMessageContaining(directory.resolve(file) + " ")
                .withMessageContaining(reason)
                .withMessageContaining("--" + options.get(0))
                .satisfies((refusal) -> assertThat(refusal.getMessage()).doesNotContain("BEGIN EC"));
        }
    }

}
