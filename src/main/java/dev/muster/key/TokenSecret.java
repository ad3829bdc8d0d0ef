package dev.muster.key;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody shows to be let in: {@code muster_}, the id of the token, {@code _}, and
 * 32 bytes by chance in letters and digits. Shown to people once, when it is made, and
 * kept nowhere; the prefix lets scanners find one that got into the wrong place.
 *
 * @param id 12 hexadecimal digits; no secret
 * @param text all of it; a secret
 */
public record TokenSecret(String id, String text) {

    private static final Pattern TEXT = Pattern.compile("muster_([0-9a-f]{12})_[0-9A-Za-z]{43}");

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** 62^43 is more than 2^256. */
    private static final int LENGTH = 43;

    public TokenSecret {
        if (!Optional.of(id).equals(idOf(text))) {
            throw new IllegalArgumentException("The id " + id + " is not the one in the token's secret");
        }
    }

    public static TokenSecret generate(SecureRandom random) {
        byte[] idBytes = new byte[6];
        random.nextBytes(idBytes);
        String id = HexFormat.of().formatHex(idBytes);
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        return new TokenSecret(id, "muster_" + id + "_" + digits(secret));
    }

    private static String digits(byte[] bytes) {
        StringBuilder digits = new StringBuilder(LENGTH);
        BigInteger rest = new BigInteger(1, bytes);
        for (int digit = 0; digit < LENGTH; digit++) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(DIGITS.length()));
            digits.append(DIGITS.charAt(parts[1].intValue()));
            rest = parts[0];
        }
        return digits.toString();
    }

    /** Of which token this wants to be the secret; empty where it cannot be one. */
    public static Optional<String> idOf(String presented) {
        Matcher parts = TEXT.matcher(presented);
        return parts.matches() ? Optional.of(parts.group(1)) : Optional.empty();
    }

    /** What is kept of it. */
    public String hash() {
        return HexFormat.of().formatHex(hash(this.text));
    }

    /**
     * SHA-256, once. Slow hashes are for passwords, of which people choose few: of 2^256
     * secrets nobody tries a noticeable part, however fast each try is, and a slow hash
     * would let strangers keep a node busy.
     */
    static byte[] hash(String presented) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(presented.getBytes(StandardCharsets.UTF_8));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    @Override
    public String toString() {
        return "TokenSecret " + this.id;
    }

}
