package dev.muster.store;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * What one side of a TLS connection proves itself with.
 *
 * @param chain its certificate first, then who vouches for it, as far as that was given
 * @param key fits the first one
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {

    public TlsIdentity {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both and holds one against the other.
     * @throws UnusableCertificateException naming the file and what is wrong with it
     */
    public static TlsIdentity read(Path certificate, Path key) throws UnusableCertificateException {
        TlsIdentity identity = new TlsIdentity(PemFile.certificates(certificate), PemFile.key(key));
        if (!identity.fits()) {
            throw new UnusableCertificateException(key, "is not the key to the certificate in " + certificate
                    + ": name the one that was made with it (if several certificates are in that file, the node's own"
                    + " has to be the first)", null);
        }
        return identity;
    }

    private boolean fits() {
        String algorithm = switch (this.key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> this.key.getAlgorithm();
        };
        byte[] probe = { 1 };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(this.key);
            signing.update(probe);
            byte[] signature = signing.sign();
            signing.initVerify(this.chain.get(0).getPublicKey());
            signing.update(probe);
            return signing.verify(signature);
        }
        catch (InvalidKeyException ex) {
            // The certificate is for a key of another kind.
            return false;
        }
        catch (GeneralSecurityException ex) {
            return false;
        }
    }

    /** For a {@link javax.net.ssl.SSLContext}. */
    public KeyManager[] keyManagers() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("identity", this.key, new char[0], this.chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return factory.getKeyManagers();
        }
        catch (java.io.IOException ex) {
            throw new GeneralSecurityException("An empty key store cannot be made", ex);
        }
    }

    @Override
    public String toString() {
        return "TlsIdentity[" + this.chain.get(0).getSubjectX500Principal() + "]";
    }

}
