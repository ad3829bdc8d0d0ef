package dev.muster.ring;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

import dev.muster.key.CertificateContent;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * What proves that a node belongs to a ring: one key pair for all its members, which
 * follows from the ring key, so that nobody needs certificates of his own. All traffic is
 * TLS 1.3 (RFC 8446), so it is encrypted, authenticated and cannot be played back; what
 * was recorded cannot be read later with the key either.
 *
 * <p>
 * Immutable. Sessions are not resumed from one of these to the next: a resumed session
 * would prove an old key.
 */
public final class RingCredentials {

    /** Of the seed of a key pair, in bytes (RFC 8032). */
    public static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;

    /** TLS asks for one; nothing reads it. */
    private static final String SUBJECT = "CN=ring";

    private static final String ALGORITHM = "Ed25519";

    /** The last second that a certificate can name. */
    private static final Instant ALWAYS = Instant.parse("9999-12-31T23:59:59Z");

    /** RFC 8410. */
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    private final SSLContext context;

    private final String active;

    private final List<String> accepted;

    private RingCredentials(SSLContext context, String active, List<String> accepted) {
        this.context = context;
        this.active = active;
        this.accepted = accepted;
    }

    /**
     * Proves itself with the first and accepts all.
     * @param seeds one for each ring key, at least one
     * @throws IllegalArgumentException when there is none, or one has not
     * {@value #SEED_BYTES} bytes
     */
    public static RingCredentials of(List<Seed> seeds) {
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("A ring with a key needs at least one");
        }
        try {
            Seed own = seeds.get(0);
            RingKeyManager ours = new RingKeyManager(privateKey(own), certificate(own));
            RingTrust trust = new RingTrust(seeds.stream().map(RingCredentials::publicKey).toList());
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new KeyManager[] { ours }, new TrustManager[] { trust }, null);
            return new RingCredentials(context, own.name, seeds.stream().map(Seed::name).toList());
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("This Java cannot do TLS 1.3 with Ed25519", ex);
        }
    }

    SSLContext context() {
        return this.context;
    }

    /** The name of the key that this node proves itself with. */
    public String active() {
        return this.active;
    }

    /** The names of all keys that this node accepts, the active one first. */
    public List<String> accepted() {
        return this.accepted;
    }

    private static PrivateKey privateKey(Seed seed) throws GeneralSecurityException {
        return KeyFactory.getInstance(ALGORITHM)
            .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed.bytes));
    }

    private static byte[] publicKey(Seed seed) {
        byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(seed.bytes, 0, key, 0);
        try {
            return new SubjectPublicKeyInfo(new AlgorithmIdentifier(ED25519), key).getEncoded(ASN1Encoding.DER);
        }
        catch (IOException ex) {
            throw new IllegalStateException("A public key could not be encoded", ex);
        }
    }

    /** Signed by itself (RFC 5280), the same at every member and at any time. */
    private static X509Certificate certificate(Seed seed) throws GeneralSecurityException {
        PublicKey key = KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(publicKey(seed)));
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(privateKey(seed));
        // Who is let in is decided by the key alone, whatever the clock says.
        byte[] certificate = new CertificateContent(SUBJECT, BigInteger.ONE, Instant.EPOCH, ALWAYS, key,
                Optional.empty())
            .sign(ED25519.getId(), signature);
        return (X509Certificate) CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(certificate));
    }

    /** Whether both are the same, in a time that does not tell where they differ. */
    static boolean same(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    @Override
    public String toString() {
        return "RingCredentials[active=" + this.active + ", accepted=" + this.accepted + "]";
    }

    /** What follows from one ring key, for this purpose and this ring only. */
    public static final class Seed {

        private final String name;

        private final byte[] bytes;

        /**
         * A seed.
         * @param name of the ring key, with its revision
         * @param bytes {@value #SEED_BYTES} of them
         */
        public Seed(String name, byte[] bytes) {
            if (bytes.length != SEED_BYTES) {
                throw new IllegalArgumentException("A seed has " + SEED_BYTES + " bytes, not " + bytes.length);
            }
            this.name = name;
            this.bytes = bytes.clone();
        }

        String name() {
            return this.name;
        }

        @Override
        public String toString() {
            return "Seed[" + this.name + "]";
        }

    }

}
