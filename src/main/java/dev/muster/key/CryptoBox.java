package dev.muster.key;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * {@code crypto_box} of NaCl and libsodium, put together from Bouncy Castle's parts:
 * X25519 for a key that only the two can make, XSalsa20 and Poly1305 with it.
 *
 * @see <a href="https://cr.yp.to/highspeed/naclcrypto-20090310.pdf">Cryptography in
 * NaCl</a>
 */
final class CryptoBox {

    static final int NONCE_LENGTH = 24;

    /** What a box has more than its message. */
    static final int TAG_LENGTH = 16;

    private static final int PIECE = 16 * 1024;

    private final byte[] key;

    private CryptoBox(byte[] key) {
        this.key = key;
    }

    /**
     * The box between two.
     * @return empty when the public key is one of the few points with which every secret
     * key gives zero
     */
    static Optional<CryptoBox> between(SecretBoxKey mine, PublicBoxKey theirs) {
        byte[] shared = new byte[X25519.POINT_SIZE];
        if (!X25519.calculateAgreement(mine.scalar(), 0, theirs.point(), 0, shared, 0)) {
            return Optional.empty();
        }
        return Optional.of(new CryptoBox(new HSalsa20().of(shared)));
    }

    /** The tag, then as many bytes as the message has. */
    byte[] seal(byte[] message, byte[] nonce) {
        XSalsa20Engine cipher = cipher(nonce);
        KeyParameter tagKey = tagKey(cipher);
        byte[] box = new byte[TAG_LENGTH + message.length];
        cipher.processBytes(message, 0, message.length, box, TAG_LENGTH);
        System.arraycopy(tag(tagKey, box), 0, box, 0, TAG_LENGTH);
        return box;
    }

    /**
     * The message; empty when this box was not made between these two, or has been
     * changed.
     */
    Optional<byte[]> open(byte[] box, byte[] nonce) {
        if (box.length < TAG_LENGTH) {
            return Optional.empty();
        }
        XSalsa20Engine cipher = cipher(nonce);
        KeyParameter tagKey = tagKey(cipher);
        if (!MessageDigest.isEqual(tag(tagKey, box), Arrays.copyOf(box, TAG_LENGTH))) {
            return Optional.empty();
        }
        byte[] message = new byte[box.length - TAG_LENGTH];
        cipher.processBytes(box, TAG_LENGTH, message.length, message, 0);
        return Optional.of(message);
    }

    /**
     * Encrypts piece by piece.
     * @param out gets as many bytes as the message has
     * @return the tag, which stands before them in the box
     */
    byte[] seal(InputStream message, byte[] nonce, OutputStream out) throws IOException {
        XSalsa20Engine cipher = cipher(nonce);
        Poly1305 authenticator = authenticator(tagKey(cipher));
        byte[] piece = new byte[PIECE];
        for (int read = message.read(piece); read >= 0; read = message.read(piece)) {
            cipher.processBytes(piece, 0, read, piece, 0);
            authenticator.update(piece, 0, read);
            out.write(piece, 0, read);
        }
        return tag(authenticator);
    }

    /**
     * Decrypts piece by piece.
     * @param out gets the message, or what is worth nothing
     * @return whether it is the message: otherwise this box was not made between these
     * two, or has been changed
     */
    boolean open(InputStream box, byte[] nonce, OutputStream out) throws IOException {
        XSalsa20Engine cipher = cipher(nonce);
        Poly1305 authenticator = authenticator(tagKey(cipher));
        byte[] tag = box.readNBytes(TAG_LENGTH);
        byte[] piece = new byte[PIECE];
        for (int read = box.read(piece); read >= 0; read = box.read(piece)) {
            authenticator.update(piece, 0, read);
            cipher.processBytes(piece, 0, read, piece, 0);
            out.write(piece, 0, read);
        }
        return MessageDigest.isEqual(tag(authenticator), tag);
    }

    private XSalsa20Engine cipher(byte[] nonce) {
        XSalsa20Engine cipher = new XSalsa20Engine();
        cipher.init(true, new ParametersWithIV(new KeyParameter(this.key), nonce));
        return cipher;
    }

    /**
     * The first 32 bytes of the key stream; the message is encrypted with those behind.
     */
    private static KeyParameter tagKey(XSalsa20Engine cipher) {
        byte[] first = new byte[KeyText.KEY_LENGTH];
        cipher.processBytes(first, 0, first.length, first, 0);
        return new KeyParameter(first);
    }

    private static byte[] tag(KeyParameter key, byte[] box) {
        Poly1305 authenticator = authenticator(key);
        authenticator.update(box, TAG_LENGTH, box.length - TAG_LENGTH);
        return tag(authenticator);
    }

    private static Poly1305 authenticator(KeyParameter key) {
        Poly1305 authenticator = new Poly1305();
        authenticator.init(key);
        return authenticator;
    }

    private static byte[] tag(Poly1305 authenticator) {
        byte[] tag = new byte[TAG_LENGTH];
        authenticator.doFinal(tag, 0);
        return tag;
    }

    /**
     * What turns a shared point into a key. Bouncy Castle has it as the first step of
     * XSalsa20 only, which leaves its result as the key in the engine's state.
     */
    private static final class HSalsa20 extends XSalsa20Engine {

        private static final int[] KEY_WORDS = { 1, 2, 3, 4, 11, 12, 13, 14 };

        byte[] of(byte[] point) {
            init(true, new ParametersWithIV(new KeyParameter(point), new byte[NONCE_LENGTH]));
            ByteBuffer result = ByteBuffer.allocate(KeyText.KEY_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            for (int word : KEY_WORDS) {
                result.putInt(this.engineState[word]);
            }
            return result.array();
        }

    }

}
