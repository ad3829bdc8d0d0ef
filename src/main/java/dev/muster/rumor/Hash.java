package dev.muster.rumor;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256: 32 bytes, compared as unsigned numbers. */
public final class Hash implements Comparable<Hash> {

    public static final int LENGTH = 32;

    private final byte[] bytes;

    private Hash(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Hash of(byte[] content) {
        return new Hash(digest().digest(content));
    }

    /**
     * Takes a hash that was computed elsewhere.
     * @throws IllegalArgumentException when it has not {@value #LENGTH} bytes
     */
    public static Hash wrap(byte[] hash) {
        if (hash.length != LENGTH) {
            throw new IllegalArgumentException("A SHA-256 has " + LENGTH + " bytes, not " + hash.length);
        }
        return new Hash(hash.clone());
    }

    /**
     * @throws IllegalArgumentException when it has not 64 hexadecimal digits
     */
    public static Hash parse(String hex) {
        return wrap(HexFormat.of().parseHex(hex));
    }

    /** A new computation of one. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    public byte[] bytes() {
        return this.bytes.clone();
    }

    public String hex() {
        return HexFormat.of().formatHex(this.bytes);
    }

    /** The first eight hexadecimal digits: what people see and type. */
    public String shortHex() {
        return HexFormat.of().formatHex(this.bytes, 0, 4);
    }

    void update(MessageDigest digest) {
        digest.update(this.bytes);
    }

    @Override
    public int compareTo(Hash other) {
        return Arrays.compareUnsigned(this.bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hash that && Arrays.equals(this.bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(this.bytes);
    }

    @Override
    public String toString() {
        return shortHex();
    }

}
