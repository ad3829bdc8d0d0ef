package dev.muster.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import dev.muster.gateway.GatewayCertificates;
import dev.muster.shell.CommandRunner;
import dev.muster.shell.CommandRunner.Outcome;
import dev.muster.store.CertificateFiles;
import dev.muster.store.PemFile;
import dev.muster.store.TlsIdentity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Gateways of real nodes that speak TLS, and the client that they were made for. */
class TlsGatewaysTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path directory;

    private static final CommandRunner COMMANDS = new CommandRunner();

    private static final List<ConfigurableApplicationContext> GATEWAYS = new ArrayList<>();

    private static TestNodes nodes;

    /** Commanded by whoever knows the secret, and read by who has a certificate. */
    private static Node open;

    /** Commanded by who has a certificate too, and read in plain HTTP. */
    private static Node closed;

    /** What the first one was told to use; another certificate may lie there later. */
    private static CertificateFiles given;

    /** A copy of what lies there now. */
    private static CertificateFiles server;

    private static CertificateFiles client;

    @BeforeAll
    static void start() throws Exception {
        nodes = new TestNodes(directory);
        server = generate("server", nodes.address(1));
        client = generate("client", "ops.example.com");
        Path place = Files.createDirectory(directory.resolve("given"));
        given = new CertificateFiles(place.resolve("node.crt"), place.resolve("node.key"));
        replace(server);
        open = start(1, Map.of("ctl-server-certificate", given.certificate(), "ctl-server-key", given.key(), "certs",
                given.certificate(), "key", given.key(), "ca-certs", client.certificate()));
        CertificateFiles other = generate("other", nodes.address(2));
        closed = start(2, Map.of("ctl-server-certificate", other.certificate(), "ctl-server-key", other.key(),
                "ctl-client-ca-certificate", client.certificate()));
    }

    private static Node start(int number, Map<String, Path> files) throws IOException {
        Map<String, List<String>> given = new HashMap<>();
        files.forEach((option, file) -> given.put(option, List.of(file.toString())));
        GatewayCertificates certificates = CertificateOptions.read(new OptionSources(given, Map.of(), List.of()));
        Node node = nodes.start(number);
        GATEWAYS.add(Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl(), certificates));
        Announcement.make(node.root(), node.options().ctl(), certificates.control());
        return node;
    }

    @AfterAll
    static void end() {
        GATEWAYS.forEach(ConfigurableApplicationContext::close);
        nodes.close();
    }

    /** As {@code sup secret generate-tls} makes them. */
    private static CertificateFiles generate(String name, String... names) throws IOException {
        Path files = directory.resolve(name);
        List<String> words = new ArrayList<>(List.of("sup", "secret", "generate-tls", files.toString()));
        for (String one : names) {
            words.addAll(List.of("--subject-alternative-name", one));
        }
        Outcome made = COMMANDS.run(words, "");
        assertThat(made.code()).as(made.toString()).isZero();
        return new CertificateFiles(only(files, ".crt.pem"), only(files, ".key.pem"));
    }

    private static Path only(Path files, String ending) throws IOException {
        try (var all = Files.list(files)) {
            return all.filter((file) -> file.toString().endsWith(ending)).findFirst().orElseThrow();
        }
    }

    private static Outcome local(int number, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("svc", "status", "--root", nodes.root(number).toString()));
        words.addAll(List.of(more));
        return COMMANDS.run(words, "");
    }

    private static Outcome remote(Node node, String scheme, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("svc", "status", "--remote-sup", scheme + node.options().ctl(),
                "--ctl-secret-file", node.root().layout().controlSecret().toString()));
        words.addAll(List.of(more));
        return COMMANDS.run(words, "");
    }

    private static void refused(Outcome outcome, String... why) {
        assertThat(outcome.code()).as(outcome.toString()).isEqualTo(3);
        assertThat(outcome.errors()).contains(why).hasLineCount(1);
    }

    @Test
    void aClientOfTheRootTrustsWhatItsNodeAnnounced() throws IOException {
        assertThat(open.root().layout().controlAddress()).hasContent("https://" + open.options().ctl() + "\n");
        Outcome status = local(1);
        assertThat(status.code()).as(status.toString()).isZero();
    }

    @Test
    void aClientElsewhereTrustsWhomItIsTold() throws IOException {
        Outcome status = remote(open, "https://", "--ctl-server-ca-certificate", server.certificate().toString());
        assertThat(status.code()).as(status.toString()).isZero();
        assertThat(remote(open, "", "--ctl-server-ca-certificate", server.certificate().toString()).code()).isZero();
        refused(remote(open, "https://"), "from nobody that is trusted (the authorities of this Java)",
                "--ctl-server-ca-certificate FILE");
        refused(remote(open, "https://", "--ctl-server-ca-certificate", client.certificate().toString()),
                "from nobody that is trusted (" + client.certificate());
        refused(remote(open, "https://", "--ctl-server-ca-certificate", server.certificate().toString(),
                "--ctl-server-name-indication", "sup-z.example.com"), "not for sup-z.example.com");
    }

    @Test
    void plainHttpAtAPortWithTlsIsToldSo() throws Exception {
        refused(remote(open, "http://"), "speaks TLS there", "--remote-sup https://" + open.options().ctl());
        HttpResponse<String> reading = HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(URI.create("http://" + open.options().http() + "/census")).build(),
                    BodyHandlers.ofString());
        assertThat(reading.statusCode()).isEqualTo(400);
        assertThat(reading.body()).contains("requires TLS");
    }

    @Test
    void whoHasNoCertificateIsKeptOutWhereOneIsDemanded() throws Exception {
        refused(local(2), "asks for a client certificate", "--ctl-client-certificate FILE", "--ctl-client-key FILE");
        Outcome status = local(2, "--ctl-client-certificate", client.certificate().toString(), "--ctl-client-key",
                client.key().toString());
        assertThat(status.code()).as(status.toString()).isZero();
        refused(local(2, "--ctl-client-certificate", server.certificate().toString(), "--ctl-client-key",
                server.key().toString()), "refuses the client certificate in " + server.certificate());
    }

    @Test
    void aCertificateThatIsReplacedIsServedWithoutARestart() throws Exception {
        CertificateFiles first = server;
        CertificateFiles second = generate("second", nodes.address(1));
        X509Certificate after = PemFile.certificates(second.certificate()).get(0);
        assertThat(served(open.options().ctl().port())).isNotEqualTo(after);
        replace(second);
        server = second;
        await().atMost(SOON).until(() -> served(open.options().ctl().port()).equals(after));
        await().atMost(SOON).until(() -> served(open.options().http().port()).equals(after));
        assertThat(open.root().layout().controlCertificate()).hasContent(Files.readString(second.certificate()));
        assertThat(local(1).code()).isZero();
        refused(remote(open, "https://", "--ctl-server-ca-certificate", first.certificate().toString()),
                "from nobody that is trusted");
        assertThat(remote(open, "https://", "--ctl-server-ca-certificate", second.certificate().toString()).code())
            .isZero();
    }

    /** The key first, and the certificate a moment later, as people would. */
    private static void replace(CertificateFiles by) throws IOException {
        Files.copy(by.key(), given.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.certificate(), given.certificate(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static X509Certificate served(int port) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new javax.net.ssl.TrustManager[] { new Everything() }, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(open.options().ctl().host(), port)) {
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
                return (X509Certificate) socket.getSession().getPeerCertificates()[0];
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        catch (java.security.GeneralSecurityException ex) {
            throw new IllegalStateException(ex);
        }
    }

    @Test
    void readersSpeakTlsAndShowTheirCertificateWhereTheReadGatewayAsksForIt() throws Exception {
        HttpRequest census = HttpRequest.newBuilder(URI.create("https://" + open.options().http() + "/census")).build();
        TlsIdentity identity = TlsIdentity.read(client.certificate(), client.key());
        HttpClient reader = HttpClient.newBuilder()
            .sslContext(trusting(server.certificate(), identity.keyManagers()))
            .build();
        assertThat(reader.send(census, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        HttpClient stranger = HttpClient.newBuilder().sslContext(trusting(server.certificate(), null)).build();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> stranger.send(census, BodyHandlers.ofString()));
        assertThatExceptionOfType(SSLHandshakeException.class)
            .isThrownBy(() -> HttpClient.newHttpClient().send(census, BodyHandlers.ofString()));
    }

    @Test
    void tlsAtAPortWithPlainHttpIsToldSo() throws IOException {
        Outcome outcome = COMMANDS.run(List.of("svc", "status", "--remote-sup", "https://" + closed.options().http(),
                "--ctl-secret-file", closed.root().layout().controlSecret().toString()), "");
        refused(outcome, "speaks plain HTTP there", "--remote-sup http://" + closed.options().http());
    }

    @Test
    void anOldTlsIsNotSpoken() throws Exception {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(open.options().ctl().host(), open.options().ctl().port()));
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write(oldHello());
            byte[] alert = socket.getInputStream().readNBytes(7);
            assertThat(alert[0]).as("an alert").isEqualTo((byte) 21);
            assertThat(alert[5]).as("a fatal one").isEqualTo((byte) 2);
            assertThat(alert[6]).as("protocol_version").isEqualTo((byte) 70);
        }
    }

    /** A client of TLS 1.1 that can do AES with RSA, in the words of RFC 4346. */
    private static byte[] oldHello() {
        byte[] random = "01234567890123456789012345678901".getBytes(StandardCharsets.US_ASCII);
        java.nio.ByteBuffer hello = java.nio.ByteBuffer.allocate(50);
        hello.put(new byte[] { 22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2 }).put(random);
        hello.put(new byte[] { 0, 0, 2, (byte) 0xc0, 0x09, 1, 0 });
        return hello.array();
    }

    private static SSLContext trusting(Path certificate, KeyManager @Nullable [] shown) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("node", PemFile.certificates(certificate).get(0));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown, factory.getTrustManagers(), null);
        return context;
    }

    /** For looking only. */
    private static final class Everything implements javax.net.ssl.X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

    }

}
