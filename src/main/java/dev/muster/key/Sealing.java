package dev.muster.key;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what a node writes down for itself alone: ChaCha20-Poly1305 (RFC 8439), which
 * takes a sixth of the time of AES in GCM in a JVM that compiles for a quick start, as
 * that of a node does. Any thread may use it.
 *
 * <p>
 * A sealed thing is the number of its form, a nonce by chance, and the rest. As long as
 * there are less than four billion under one key, the chance that a nonce came twice
 * stays below one in four billion: a node that seals a hundred each second needs another
 * key after a year and four months.
 */
public final class Sealing {

    /** In bytes. */
    public static final int KEY_LENGTH = 32;

    /** What a sealed thing has more than what is in it, in bytes. */
    public static final int OVERHEAD = 1 + 12 + 16;

    private static final byte FORM = 1;

    private static final int NONCE_LENGTH = 12;

    private final SecretKeySpec key;

    private final SecureRandom random;

    /**
     * @param key 32 bytes
     */
    public Sealing(byte[] key, SecureRandom random) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("A key for sealing has 32 bytes, not " + key.length);
        }
        this.key = new SecretKeySpec(key, "ChaCha20");
        this.random = random;
    }

    /**
     * Encrypts.
     * @param place where it belongs: it opens at the same place only, so nobody can put
     * one sealed thing where another was
     */
    public byte[] seal(byte[] content, byte[] place) {
        byte[] nonce = new byte[NONCE_LENGTH];
        this.random.nextBytes(nonce);
        ByteBuffer sealed = ByteBuffer.allocate(content.length + OVERHEAD).put(FORM).put(nonce);
        try {
            cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(ByteBuffer.wrap(content), sealed);
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("Every Java platform of 11 or later has ChaCha20-Poly1305", ex);
        }
        return sealed.array();
    }

    /**
     * Decrypts.
     * @param place that was given when it was sealed
     * @throws UnreadableMessageException when it was sealed with another key or at
     * another place, or has been changed
     */
    public byte[] open(byte[] sealed, byte[] place) {
        if (sealed.length < OVERHEAD || sealed[0] != FORM) {
            throw new UnreadableMessageException("These " + sealed.length + " bytes are nothing that was sealed");
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_LENGTH);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(sealed, 1 + NONCE_LENGTH,
                    sealed.length - 1 - NONCE_LENGTH);
        }
        catch (AEADBadTagException ex) {
            throw new UnreadableMessageException("What was sealed cannot be opened: with another key or at another "
                    + "place, or it has been changed since");
        }
        catch (GeneralSecurityException ex) {
            throw new IllegalStateException("Every Java platform of 11 or later has ChaCha20-Poly1305", ex);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(mode, this.key, new IvParameterSpec(nonce));
        // The first byte and the place are authenticated, too.
        cipher.updateAAD(new byte[] { FORM });
        cipher.updateAAD(place);
        return cipher;
    }

    @Override
    public String toString() {
        return "Sealing";
    }

}
