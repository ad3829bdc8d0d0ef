package dev.muster.rumor;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Who a Supervisor is, on every host and across restarts: the first 128 bits of the
 * SHA-256 of its own Ed25519 public key, so that whoever signs with that key, and nobody
 * else, speaks as this member.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record MemberId(String hex) implements Comparable<MemberId> {

    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{32}");

    public MemberId {
        if (!SHAPE.matcher(hex).matches()) {
            throw new IllegalArgumentException("A member id has 32 hexadecimal digits, this has not: " + hex);
        }
    }

    /**
     * @param publicKey the key's 32 raw bytes (RFC 8032)
     */
    public static MemberId of(byte[] publicKey) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(publicKey);
            return new MemberId(HexFormat.of().formatHex(hash, 0, 16));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    @Override
    public int compareTo(MemberId other) {
        return this.hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return this.hex;
    }

}
