package dev.muster.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.muster.key.SelfSigned;
import dev.muster.store.PemFile;
import dev.muster.store.UnusableCertificateException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class GatewayTlsTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path directory;

    private final List<String> announced = new ArrayList<>();

    private TlsFiles files;

    @BeforeEach
    void name() {
        this.files = new TlsFiles(this.directory.resolve("a.crt.pem"), this.directory.resolve("a.key.pem"),
                Optional.empty());
    }

    private static SelfSigned made(Instant from, Duration validity) {
        return SelfSigned.generate(List.of("localhost"), from, validity, RANDOM);
    }

    private static SelfSigned made() {
        return made(Instant.now().minusSeconds(60), Duration.ofDays(1));
    }

    private GatewayTls open(SelfSigned first) throws IOException, UnusableCertificateException {
        Files.writeString(this.files.certificate(), first.certificate());
        Files.writeString(this.files.key(), first.key());
        GatewayTls tls = GatewayTls.open("ctl-gateway", this.files);
        tls.announce(this.announced::add);
        return tls;
    }

    @Test
    void theOldOnesStayUntilCertificateAndKeyFit() throws Exception {
        SelfSigned first = made();
        GatewayTls tls = open(first);
        assertThat(tls.refresh()).isFalse();
        SelfSigned second = made();
        Files.writeString(this.files.key(), second.key());
        X509Certificate before = tls.chain().get(0);
        assertThat(tls.refresh()).isFalse();
        assertThat(tls.refresh()).isFalse();
        assertThat(tls.chain()).containsExactly(before);
        Files.writeString(this.files.certificate(), second.certificate().substring(0, 100));
        assertThat(tls.refresh()).isFalse();
        Files.delete(this.files.certificate());
        assertThat(tls.refresh()).isFalse();
        assertThat(tls.chain()).containsExactly(before);
        Files.writeString(this.files.certificate(), second.certificate());
        assertThat(tls.refresh()).isTrue();
        assertThat(tls.chain()).containsExactlyElementsOf(PemFile.certificates(this.files.certificate()));
        assertThat(this.announced).containsExactly(first.certificate().strip(), second.certificate().strip());
    }

    @Test
    void theFirstOnesAreTakenAgainAfterABadReplacement() throws Exception {
        SelfSigned first = made();
        GatewayTls tls = open(first);
        Files.writeString(this.files.certificate(), "nothing");
        assertThat(tls.refresh()).isFalse();
        Files.writeString(this.files.certificate(), first.certificate());
        assertThat(tls.refresh()).isFalse();
        assertThat(this.announced).hasSize(1);
    }

    @Test
    void ofADirectoryTheNewestCounts() throws Exception {
        SelfSigned first = made();
        open(first);
        GatewayTls tls = GatewayTls.open("ctl-gateway", new TlsFiles(this.directory, this.directory, Optional.empty()));
        SelfSigned second = made();
        Files.writeString(this.directory.resolve("b.key.pem"), second.key());
        Files.writeString(this.directory.resolve("b.crt.pem"), second.certificate());
        assertThat(tls.refresh()).isTrue();
        assertThat(tls.chain()).containsExactlyElementsOf(PemFile.certificates(this.directory.resolve("b.crt.pem")));
    }

    @Test
    void aFileThatIsRenamedIntoPlaceIsNoticed() throws Exception {
        GatewayTls tls = open(made());
        SelfSigned second = made();
        for (Path file : List.of(this.files.certificate(), this.files.key())) {
            Path next = this.directory.resolve("next");
            Files.writeString(next, file.equals(this.files.key()) ? second.key() : second.certificate());
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        assertThat(tls.refresh()).isTrue();
    }

    @Test
    void whoeverVouchesForClientsIsReplacedToo() throws Exception {
        SelfSigned server = made();
        open(server);
        Path authorities = this.directory.resolve("clients.pem");
        Files.writeString(authorities, made().certificate());
        GatewayTls tls = GatewayTls.open("ctl-gateway",
                new TlsFiles(this.files.certificate(), this.files.key(), Optional.of(authorities)));
        Files.writeString(authorities, made().certificate() + server.certificate());
        assertThat(tls.refresh()).isTrue();
        assertThat(tls.clientAuthorities()).hasSize(2);
    }

    @Test
    void aTrustedClientCertificateHasToHoldToday() throws Exception {
        Path file = this.directory.resolve("client.pem");
        Files.writeString(file, made(Instant.now().minus(Duration.ofDays(2)), Duration.ofDays(1)).certificate());
        List<X509Certificate> expired = PemFile.certificates(file);
        Files.writeString(file, made().certificate());
        List<X509Certificate> good = PemFile.certificates(file);
        ClientTrust trust = new ClientTrust(List.of(expired.get(0), good.get(0)));
        assertThatExceptionOfType(CertificateExpiredException.class)
            .isThrownBy(() -> trust.checkClientTrusted(expired.toArray(X509Certificate[]::new), "EC"));
        assertThatNoException().isThrownBy(() -> trust.checkClientTrusted(good.toArray(X509Certificate[]::new), "EC"));
        assertThatExceptionOfType(CertificateException.class)
            .isThrownBy(() -> new ClientTrust(expired).checkClientTrusted(good.toArray(X509Certificate[]::new), "EC"));
    }

}
