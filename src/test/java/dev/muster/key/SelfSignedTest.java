package dev.muster.key;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SelfSignedTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static SelfSigned generate(String... names) {
        return SelfSigned.generate(List.of(names), Instant.now().minusSeconds(60), Duration.ofDays(3650), RANDOM);
    }

    private static X509Certificate certificate(SelfSigned made) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(made.certificate().getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(SelfSigned made) throws Exception {
        String base64 = made.key().replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
    }

    @Test
    void theJdkReadsWhatIsMade() throws Exception {
        Instant from = Instant.parse("2026-11-22T12:00:00Z");
        SelfSigned made = SelfSigned.generate(List.of("sup-a.example.com", "10.0.0.5", "::1"), from,
                Duration.ofDays(3650), RANDOM);
        X509Certificate certificate = certificate(made);
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames()).extracting((name) -> String.valueOf(name.get(1)))
            .containsExactly("sup-a.example.com", "10.0.0.5", "0:0:0:0:0:0:0:1");
        assertThat(certificate.getNotBefore()).isEqualTo(Date.from(from));
        assertThat(certificate.getNotAfter()).isEqualTo(Date.from(from.plus(Duration.ofDays(3650))));
        assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("O=Muster gateway");
        assertThat(certificate.getSerialNumber()).isNotEqualTo(certificate(generate("a")).getSerialNumber());
        assertThat(made).hasToString("SelfSigned");
    }

    @Test
    void whoTrustsItConnectsByItsNamesOnly() throws Exception {
        SelfSigned made = generate("localhost", "127.0.0.1");
        assertThat(connect(made, made, "localhost")).isEqualTo('!');
        assertThatThrownBy(() -> connect(made, made, "example.com")).isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> connect(made, generate("localhost"), "localhost"))
            .isInstanceOf(SSLHandshakeException.class);
    }

    private static int connect(SelfSigned server, SelfSigned trusted, String name) throws Exception {
        SSLContext serving = SSLContext.getInstance("TLS");
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("own", key(server), new char[0], new Certificate[] { certificate(server) });
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        serving.init(keys.getKeyManagers(), new TrustManager[0], RANDOM);
        SSLContext asking = SSLContext.getInstance("TLS");
        KeyStore others = KeyStore.getInstance("PKCS12");
        others.load(null, null);
        others.setCertificateEntry("trusted", certificate(trusted));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(others);
        asking.init(null, trust.getTrustManagers(), RANDOM);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (SSLServerSocket listener = (SSLServerSocket) serving.getServerSocketFactory()
            .createServerSocket(0, 1, loopback)) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (Socket accepted = listener.accept()) {
                    accepted.getOutputStream().write('!');
                }
                catch (java.io.IOException ex) {
                    // The client says why it did not connect.
                    assertThat(ex).isNotNull();
                }
            });
            try (Socket plain = new Socket(loopback, listener.getLocalPort());
                    SSLSocket socket = (SSLSocket) asking.getSocketFactory()
                        .createSocket(plain, name, listener.getLocalPort(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                return socket.getInputStream().read();
            }
            finally {
                served.join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a b", "a/b", "-a", "a..b", "a\nb", "ä.example.com", "10.0.0.5:9632", "a,b" })
    void whatIsNoNameOfAHostIsRefused(String name) {
        assertThatThrownBy(() -> generate(name)).isInstanceOf(InvalidKeyException.class)
            .hasMessageContaining("\"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "sup_a", "*.example.com", "fe80::1", "10.0.0.5", "a-b.c" })
    void whatHostsAreCalledIsTaken(String name) throws Exception {
        assertThat(certificate(generate(name)).getSubjectAlternativeNames()).hasSize(1);
    }

}
