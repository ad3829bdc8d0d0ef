package dev.muster.key;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

import dev.muster.rumor.Fact;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Checks Ed25519 signatures (RFC 8032). Has no state, so any thread may use it. */
public final class Signatures implements Fact.Verifier {

    static final String ALGORITHM = "Ed25519";

    private static final int KEY_LENGTH = 32;

    private static final int SIGNATURE_LENGTH = 64;

    /** What stands before the 32 bytes of every Ed25519 public key (RFC 8410). */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    /**
     * Whether {@code signature} over {@code message} was made with the private half of
     * {@code publicKey}; bytes that are no key or no signature are simply not.
     */
    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        return publicKey.length == KEY_LENGTH && signature.length == SIGNATURE_LENGTH
                && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
    }

    static PublicKey decode(byte[] raw) throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(X509, X509.length + KEY_LENGTH);
        System.arraycopy(raw, 0, encoded, X509.length, KEY_LENGTH);
        return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    }

    static byte[] encode(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded.length != X509.length + KEY_LENGTH
                || !Arrays.equals(encoded, 0, X509.length, X509, 0, X509.length)) {
            throw new IllegalArgumentException("Not an Ed25519 public key: " + key.getAlgorithm());
        }
        return Arrays.copyOfRange(encoded, X509.length, encoded.length);
    }

}
