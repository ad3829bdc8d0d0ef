package dev.muster.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

import dev.muster.store.PemFile;
import dev.muster.store.TlsIdentity;
import dev.muster.store.UnusableCertificateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a gateway proves itself with, and whom it lets in. The files may be replaced while
 * it runs: whoever connects after the next {@link #refresh} meets the new ones, and who
 * is connected stays so.
 */
public final class GatewayTls {

    private static final Logger log = LoggerFactory.getLogger(GatewayTls.class);

    private final String gateway;

    private final TlsFiles files;

    private volatile Loaded loaded;

    /** Of files that were looked at and are of no use; told once. */
    private volatile String refused = "";

    private volatile Consumer<String> announcement = (pem) -> {
    };

    private GatewayTls(String gateway, TlsFiles files, Loaded loaded) {
        this.gateway = gateway;
        this.files = files;
        this.loaded = loaded;
    }

    /**
     * Reads and judges all of it.
     * @param gateway its name in the log
     * @throws UnusableCertificateException naming the file and what is wrong with it
     */
    public static GatewayTls open(String gateway, TlsFiles files) throws UnusableCertificateException {
        String state = state(files);
        GatewayTls tls = new GatewayTls(gateway, files, load(files, state));
        tls.tell("Certificate in use");
        return tls;
    }

    /**
     * Looks whether the files are others, and takes them if they are of use. Until all of
     * them are, as between the replacement of a certificate and that of its key, the old
     * ones stay.
     * @return whether they were taken
     */
    boolean refresh() {
        String state = "";
        try {
            state = state(this.files);
            if (state.equals(this.loaded.state()) || state.equals(this.refused)) {
                return false;
            }
            this.loaded = load(this.files, state);
        }
        catch (UnusableCertificateException ex) {
            String trouble = state.isEmpty() ? String.valueOf(ex.getMessage()) : state;
            if (!trouble.equals(this.refused)) {
                this.refused = trouble;
                log.warn("New certificate not usable, the one before stays: gateway={} reason={}", this.gateway,
                        ex.getMessage());
            }
            return false;
        }
        this.refused = "";
        tell("Certificate replaced");
        this.announcement.accept(certificatePem());
        return true;
    }

    /** Tells the certificate in PEM, now and whenever it is another one. */
    public void announce(Consumer<String> listener) {
        this.announcement = listener;
        listener.accept(certificatePem());
    }

    private void tell(String what) {
        X509Certificate certificate = this.loaded.identity().chain().get(0);
        Instant until = certificate.getNotAfter().toInstant();
        if (until.isBefore(Instant.now())) {
            log.warn("{}, but it has expired and clients refuse it: gateway={} file={} until={}", what, this.gateway,
                    this.files.certificate(), until);
        }
        else {
            log.info("{}: gateway={} file={} until={}", what, this.gateway, this.files.certificate(), until);
        }
    }

    private static Loaded load(TlsFiles given, String state) throws UnusableCertificateException {
        TlsFiles files = given.newest();
        TlsIdentity identity = TlsIdentity.read(files.certificate(), files.key());
        List<X509Certificate> authorities = files.clientAuthorities().isPresent()
                ? PemFile.certificates(files.clientAuthorities().get()) : List.of();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity.keyManagers(),
                    authorities.isEmpty() ? null : new TrustManager[] { new ClientTrust(authorities) }, null);
            return new Loaded(state, identity, authorities, context);
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("This Java cannot do TLS with " + files.certificate(), ex);
        }
    }

    /** Of all that is read, so that any replacement is noticed, links included. */
    private static String state(TlsFiles given) throws UnusableCertificateException {
        TlsFiles files = given.newest();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, files.certificate());
            add(digest, files.key());
            if (files.clientAuthorities().isPresent()) {
                add(digest, files.clientAuthorities().get());
            }
            return HexFormat.of().formatHex(digest.digest());
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    private static void add(MessageDigest digest, Path file) {
        try {
            digest.update(Files.readAllBytes(file));
        }
        catch (IOException ex) {
            // A state as well; what is wrong is told by who reads it.
            digest.update(ex.getClass().getName().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        digest.update((byte) 0);
    }

    SSLContext context() {
        return this.loaded.context();
    }

    List<X509Certificate> chain() {
        return this.loaded.identity().chain();
    }

    List<X509Certificate> clientAuthorities() {
        return this.loaded.authorities();
    }

    boolean asksForClientCertificates() {
        return this.files.clientAuthorities().isPresent();
    }

    private String certificatePem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] { '\n' })
                        .encodeToString(this.loaded.identity().chain().get(0).getEncoded())
                    + "\n-----END CERTIFICATE-----";
        }
        catch (CertificateEncodingException ex) {
            throw new IllegalStateException("A certificate that was read cannot be written", ex);
        }
    }

    /**
     * What holds now.
     *
     * @param state of the files that it is from
     * @param authorities of clients; empty where they need no certificate
     */
    private record Loaded(String state, TlsIdentity identity, List<X509Certificate> authorities, SSLContext context) {

    }

}
