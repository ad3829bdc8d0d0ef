package dev.muster.shell;

import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/**
 * Judges the certificate of a node: whether it holds today, whether somebody vouches for
 * it who is trusted, and whether it is for the name that the node was asked by. One that
 * the root's own node announced is known as a whole, whatever names are in it.
 */
final class ServerTrust extends X509ExtendedTrustManager {

    private final URI base;

    private final String trusted;

    private final String name;

    private final @Nullable X509Certificate announced;

    private final X509ExtendedTrustManager java;

    private ServerTrust(URI base, String trusted, String name, @Nullable X509Certificate announced,
            X509ExtendedTrustManager java) {
        this.base = base;
        this.trusted = trusted;
        this.name = name;
        this.announced = announced;
        this.java = java;
    }

    /**
     * Trusts what these vouch for.
     * @param trusted who they are, in words
     * @param name that a certificate has to be for
     * @param authorities empty for those that Java trusts
     */
    static ServerTrust in(URI base, String trusted, String name, List<X509Certificate> authorities)
            throws GeneralSecurityException {
        return new ServerTrust(base, trusted, name, null, java(authorities));
    }

    /** Trusts this one certificate only. */
    static ServerTrust inAnnounced(URI base, String trusted, X509Certificate announced)
            throws GeneralSecurityException {
        return new ServerTrust(base, trusted, "", announced, java(List.of(announced)));
    }

    private static X509ExtendedTrustManager java(List<X509Certificate> authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(authorities.isEmpty() ? null : store(authorities));
        return Arrays.stream(factory.getTrustManagers())
            .filter(X509ExtendedTrustManager.class::isInstance)
            .map(X509ExtendedTrustManager.class::cast)
            .findFirst()
            .orElseThrow();
    }

    private static KeyStore store(List<X509Certificate> authorities) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            return store;
        }
        catch (java.io.IOException ex) {
            throw new GeneralSecurityException("An empty key store cannot be made", ex);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkToday(chain[0]);
        if (this.announced != null) {
            if (!this.announced.equals(chain[0])) {
                throw refused("The certificate of " + this.base + " is not the one that the node announced in "
                        + this.trusted + ": ask again if the node just started or took another certificate; otherwise"
                        + " something else listens there", null);
            }
            return;
        }
        try {
            this.java.checkServerTrusted(chain, type);
        }
        catch (CertificateException ex) {
            throw refused("The certificate of " + this.base + " is from nobody that is trusted (" + this.trusted
                    + "): give the node's certificate, or that of the authority which vouches for it, with --"
                    + NodeOptions.SERVER_AUTHORITY + " FILE", ex);
        }
        try {
            this.java.checkServerTrusted(chain, type, socket);
        }
        catch (CertificateException ex) {
            throw refused("The certificate of " + this.base + " is for " + names(chain[0]) + " and not for " + this.name
                    + ": ask by one of its names, or say with --" + NodeOptions.SERVER_NAME
                    + " NAME which of them the node has", ex);
        }
    }

    private void checkToday(X509Certificate certificate) throws CertificateException {
        try {
            certificate.checkValidity();
        }
        catch (CertificateExpiredException ex) {
            throw refused(
                    "The certificate of " + this.base + " has expired, on " + certificate.getNotAfter().toInstant()
                            + ": put a new one in its place on the node, which serves it at once ('muster sup secret"
                            + " generate-tls' makes one for --ctl-server-certificate)",
                    ex);
        }
        catch (CertificateNotYetValidException ex) {
            throw refused("The certificate of " + this.base + " holds only from "
                    + certificate.getNotBefore().toInstant() + " on: compare the clocks of both hosts, or give the node"
                    + " another with --ctl-server-certificate", ex);
        }
    }

    private static String names(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return (names == null || names.isEmpty()) ? "no name"
                : names.stream().map((name) -> String.valueOf(name.get(1))).collect(Collectors.joining(", "));
    }

    private static CertificateException refused(String message, @Nullable Exception cause) {
        return new CertificateRefusedException(message, cause);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw refused("The name of " + this.base + " was not to be seen", null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw refused("The name of " + this.base + " was not to be seen", null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw refused("Nobody connects to a client", null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw refused("Nobody connects to a client", null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw refused("Nobody connects to a client", null);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return this.java.getAcceptedIssuers();
    }

}
