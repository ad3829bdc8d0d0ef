package dev.muster.ring;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Lets in who holds one of the accepted ring keys, and nobody for any other reason. */
final class RingTrust extends X509ExtendedTrustManager {

    private final List<byte[]> accepted;

    /**
     * @param accepted public keys as in a certificate
     */
    RingTrust(List<byte[]> accepted) {
        this.accepted = List.copyOf(accepted);
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        byte[] key = (chain.length > 0) ? chain[0].getPublicKey().getEncoded() : new byte[0];
        boolean known = false;
        for (byte[] candidate : this.accepted) {
            known |= RingCredentials.same(candidate, key);
        }
        if (!known) {
            throw new CertificateException("it holds none of the ring keys that are accepted here");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

}
