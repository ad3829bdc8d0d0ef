package dev.muster.shell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.key.SelfSigned;
import dev.muster.store.TlsIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client makes of the certificates that it meets. */
class TlsClientTest {

    @TempDir
    private static Path files;

    @TempDir
    private Path root;

    private final List<String> secrets = new CopyOnWriteArrayList<>();

    private final List<HttpsServer> servers = new ArrayList<>();

    private Client client;

    @BeforeAll
    static void certificates() throws IOException {
        Instant now = Instant.now();
        make("good", now.minusSeconds(60), "127.0.0.1", "sup-a.example.com");
        make("named", now.minusSeconds(60), "sup-a.example.com");
        make("expired", now.minus(Duration.ofDays(3)), "127.0.0.1");
        make("early", now.plus(Duration.ofDays(1)), "127.0.0.1");
    }

    private static void make(String name, Instant from, String... names) throws IOException {
        SelfSigned made = SelfSigned.generate(List.of(names), from, Duration.ofDays(2), new SecureRandom());
        Files.writeString(files.resolve(name + ".crt"), made.certificate());
        Files.writeString(files.resolve(name + ".key"), made.key());
    }

    @BeforeEach
    void client() {
        this.client = new Client(this.root, "");
    }

    @AfterEach
    void close() {
        this.servers.forEach((server) -> server.stop(0));
    }

    /** A node with that certificate, that remembers which secrets it was shown. */
    private String node(String certificate) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(TlsIdentity.read(files.resolve(certificate + ".crt"), files.resolve(certificate + ".key"))
            .keyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", (exchange) -> {
            this.secrets.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] none = "[]".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, none.length);
            exchange.getResponseBody().write(none);
            exchange.close();
        });
        server.start();
        this.servers.add(server);
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private int status(String remote, String... more) {
        List<String> words = new ArrayList<>(List.of("svc", "status", "--remote-sup", remote, "--ctl-secret-file",
                this.root.resolve("sup/default/CTL_SECRET").toString()));
        words.addAll(Arrays.asList(more));
        return this.client.exactly(words);
    }

    private static String file(String name) {
        return files.resolve(name + ".crt").toString();
    }

    /**
     * By a node that asked for no certificate of its own, before it was told anything.
     */
    private void refused(int code, String... why) {
        assertThat(code).as(this.client.err()).isEqualTo(3);
        assertThat(this.client.err()).contains(why).hasLineCount(1);
        assertThat(this.secrets).isEmpty();
    }

    @Test
    void aNodeIsTrustedThatSomebodyNamedVouchesFor() throws Exception {
        String node = node("good");
        assertThat(status("https://" + node, "--ctl-server-ca-certificate", file("good"))).as(this.client.err())
            .isZero();
        assertThat(this.secrets).containsExactly("Bearer " + FakeNode.SECRET);
        this.client.environment(Map.of("HAB_CTL_SERVER_CA_CERTIFICATE", file("good")));
        assertThat(status(node)).as(this.client.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "good    | expired | from nobody that is trusted        | --ctl-server-ca-certificate FILE",
            "expired | expired | has expired, on                    | muster sup secret generate-tls",
            "early   | early   | holds only from                    | compare the clocks",
            "named   | named   | is for sup-a.example.com and not for 127.0.0.1 | --ctl-server-name-indication NAME" })
    void aCertificateThatDoesNotHoldIsRefusedBeforeTheSecretIsShown(String certificate, String trusted, String why,
            String then) throws Exception {
        refused(status("https://" + node(certificate), "--ctl-server-ca-certificate", file(trusted)), why, then);
    }

    @Test
    void withoutAnyWordOnlyJavasAuthoritiesAreTrusted() throws Exception {
        refused(status("https://" + node("good")), "from nobody that is trusted (the authorities of this Java)");
    }

    @Test
    void theNameMayBeSaid() throws Exception {
        String node = "https://" + node("named");
        assertThat(status(node, "--ctl-server-ca-certificate", file("named"), "--ctl-server-name-indication",
                "sup-a.example.com"))
            .as(this.client.err())
            .isZero();
        this.secrets.clear();
        refused(status(node, "--ctl-server-ca-certificate", file("named"), "--ctl-server-name-indication",
                "sup-b.example.com"), "is for sup-a.example.com and not for sup-b.example.com");
    }

    @Test
    void whatTheRootsNodeAnnouncedIsTrustedAndNothingElse() throws Exception {
        this.client = new Client(this.root, "https://" + node("named"));
        Path announced = this.root.resolve("sup/default/CTL_CERTIFICATE");
        Files.copy(Path.of(file("named")), announced);
        assertThat(this.client.run("svc status")).as(this.client.err()).isZero();
        this.secrets.clear();
        Files.delete(announced);
        Files.copy(Path.of(file("good")), announced);
        refused(this.client.run("svc status"), "is not the one that the node announced in " + announced);
        Files.delete(announced);
        refused(this.client.run("svc status"), "from nobody that is trusted");
    }

    @Test
    void anAnnouncedCertificateHasToHoldTodayToo() throws Exception {
        this.client = new Client(this.root, "https://" + node("expired"));
        Files.copy(Path.of(file("expired")), this.root.resolve("sup/default/CTL_CERTIFICATE"));
        refused(this.client.run("svc status"), "has expired, on");
    }

    @Test
    void onLoopbackNobodyElseListensAndPlainHttpWillDo() throws Exception {
        try (FakeNode plain = new FakeNode()) {
            plain.on("GET /v1/services", 200, "[]");
            assertThat(status("http://127.0.0.1:" + plain.port())).as(this.client.err()).isZero();
            assertThat(status("127.0.0.1:" + plain.port())).as(this.client.err()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "sup-a.invalid | https://sup-a.invalid:9632",
            "http://sup-a.invalid | http://sup-a.invalid:9632", "https://sup-a.invalid:1 | https://sup-a.invalid:1" })
    void anAddressThatOthersMayListenToMeansTls(String remote, String base) {
        refused(status(remote), "No node answers at " + base + ",");
    }

    @ParameterizedTest
    @CsvSource({ "ctl-client-certificate, ctl-client-key", "ctl-client-key, ctl-client-certificate" })
    void aCertificateIsShownWithItsKey(String given, String missing) {
        assertThat(status("127.0.0.1:1", "--" + given, file("good"))).isEqualTo(2);
        assertThat(this.client.err()).contains("--" + given + " is given without --" + missing);
    }

    @Test
    void aFileThatIsNoCertificateIsNamed() throws Exception {
        String node = "https://" + node("good");
        refused(status(node, "--ctl-server-ca-certificate", files.resolve("good.key").toString()),
                "good.key has no certificate in it");
        refused(status(node, "--ctl-server-ca-certificate", "/nowhere"), "/nowhere cannot be read (no such file)");
        refused(status(node, "--ctl-server-ca-certificate", file("good"), "--ctl-client-certificate", file("good"),
                "--ctl-client-key", files.resolve("named.key").toString()), "named.key is not the key to");
    }

}
