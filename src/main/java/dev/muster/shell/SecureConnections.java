package dev.muster.shell;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

import dev.muster.store.PemFile;
import dev.muster.store.TlsIdentity;
import dev.muster.store.UnusableCertificateException;

/**
 * Connections to a node that speaks TLS. Nothing is sent on one before the node's
 * certificate was judged.
 */
final class SecureConnections {

    private final URI base;

    private final TlsOptions options;

    private final ClientIdentity identity;

    private final NamedSocketFactory sockets;

    private SecureConnections(URI base, TlsOptions options, ClientIdentity identity, NamedSocketFactory sockets) {
        this.base = base;
        this.options = options;
        this.identity = identity;
        this.sockets = sockets;
    }

    /**
     * Reads what the options name.
     * @throws UnreadyException when one of the files is of no use
     */
    static SecureConnections of(Target target) throws UnreadyException {
        TlsOptions options = target.tls();
        String host = target.base().getHost().replaceAll("[\\[\\]]", "");
        String name = options.name().orElse(host);
        try {
            ClientIdentity identity = new ClientIdentity(options.certificate().isPresent()
                    ? Optional.of(TlsIdentity.read(options.certificate().get(), options.key().orElseThrow()))
                    : Optional.empty());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] { identity }, new TrustManager[] { trust(target.base(), options, name) },
                    null);
            return new SecureConnections(target.base(), options, identity,
                    new NamedSocketFactory(context.getSocketFactory(), name));
        }
        catch (UnusableCertificateException ex) {
            throw new UnreadyException("Cannot speak TLS with " + target.base() + ": " + ex.getMessage(), ex);
        }
        catch (GeneralSecurityException ex) {
            throw new UnreadyException("This Java cannot speak TLS with " + target.base() + ": " + ex.getMessage(), ex);
        }
    }

    private static ServerTrust trust(URI base, TlsOptions options, String name)
            throws UnusableCertificateException, GeneralSecurityException {
        if (options.authority().isPresent()) {
            return ServerTrust.in(base, options.authority().get().toString(), name,
                    PemFile.certificates(options.authority().get()));
        }
        if (options.announced().isPresent()) {
            return ServerTrust.inAnnounced(base, options.announced().get().toString(),
                    PemFile.certificates(options.announced().get()).get(0));
        }
        return ServerTrust.in(base, "the authorities of this Java", name, List.of());
    }

    void secure(HttpsURLConnection connection) {
        connection.setSSLSocketFactory(this.sockets);
    }

    /**
     * With TLS 1.3 a client is connected before the node says that it misses a
     * certificate; what would be sent meanwhile is not to be lost in a refusal.
     */
    void checkConnected() throws UnreadyException {
        if (this.identity.isMissed()) {
            throw new UnreadyException("The node at " + this.base + " asks for a client certificate: give one with --"
                    + NodeOptions.CLIENT_CERTIFICATE + " FILE and --" + NodeOptions.CLIENT_KEY + " FILE", null);
        }
    }

    /**
     * @return a sentence for people where TLS itself failed, so that the node did nothing
     * of what was asked
     */
    Optional<String> explain(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateRefusedException || cause instanceof UnreadyException) {
                return Optional.of(String.valueOf(cause.getMessage()));
            }
        }
        if (this.identity.isMissed()) {
            return Optional.of("The node at " + this.base + " asks for a client certificate: give one with --"
                    + NodeOptions.CLIENT_CERTIFICATE + " FILE and --" + NodeOptions.CLIENT_KEY + " FILE");
        }
        String said = (failure instanceof SSLException) ? String.valueOf(failure.getMessage()) : "";
        if (said.contains("Unsupported or unrecognized SSL message")) {
            return Optional.of("What listens at " + this.base + " speaks plain HTTP there: if that network is yours"
                    + " alone, ask it with --remote-sup http://" + this.base.getAuthority()
                    + "; else have the node started with --ctl-server-certificate and --ctl-server-key");
        }
        if (said.contains("fatal alert") && this.options.certificate().isPresent()) {
            return Optional.of("The node at " + this.base + " refuses the client certificate in "
                    + this.options.certificate().get() + " (" + said + "): give one that its"
                    + " --ctl-client-ca-certificate vouches for with --" + NodeOptions.CLIENT_CERTIFICATE);
        }
        return said.contains("fatal alert") ? Optional.of("The node at " + this.base + " ended the TLS handshake ("
                + said + "): does it speak" + " TLS 1.2 or 1.3, and is that its address?") : Optional.empty();
    }

    /** What keeps a connection from being used; the message is a sentence for people. */
    static final class UnreadyException extends IOException {

        private static final long serialVersionUID = 1L;

        UnreadyException(String message, @org.jspecify.annotations.Nullable Exception cause) {
            super(message, cause);
        }

    }

}
