package dev.muster.gateway;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;

import org.apache.tomcat.util.net.SSLContext;

/** Gives each new connection what its gateway has at that moment. */
final class CurrentTls implements SSLContext {

    private final GatewayTls tls;

    CurrentTls(GatewayTls tls) {
        this.tls = tls;
    }

    @Override
    public void init(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
        // It is ready as it is made.
    }

    @Override
    public void destroy() {
        // Nothing is held.
    }

    @Override
    public SSLSessionContext getServerSessionContext() {
        return this.tls.context().getServerSessionContext();
    }

    @Override
    public SSLEngine createSSLEngine() {
        return this.tls.context().createSSLEngine();
    }

    @Override
    public SSLServerSocketFactory getServerSocketFactory() {
        return this.tls.context().getServerSocketFactory();
    }

    @Override
    public SSLParameters getSupportedSSLParameters() {
        return this.tls.context().getSupportedSSLParameters();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return this.tls.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return this.tls.clientAuthorities().toArray(X509Certificate[]::new);
    }

}
