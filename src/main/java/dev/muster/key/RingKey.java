package dev.muster.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;

import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.jspecify.annotations.Nullable;

/**
 * The secret that makes a member of a ring, in Habitat's file format ({@code SYM-SEC-1}).
 * The secret itself leaves it as {@link #text} only; everything else works with keys that
 * are derived from it. Any thread may use it.
 */
public final class RingKey {

    private static final int FINGERPRINT_LENGTH = 8;

    /** What no one else who derives from these bytes begins with. */
    private static final String PURPOSE = "muster ring key: ";

    private final NamedRevision id;

    private final byte[] secret;

    private RingKey(NamedRevision id, byte[] secret) {
        this.id = id;
        this.secret = secret;
    }

    /**
     * Makes a new key.
     * @param name of the ring
     * @param when becomes its revision, to the second
     * @throws InvalidKeyException when nothing can have this name
     */
    public static RingKey generate(String name, Instant when, SecureRandom random) {
        NamedRevision id = NamedRevision.at(name, when);
        byte[] secret = new byte[KeyText.KEY_LENGTH];
        random.nextBytes(secret);
        return new RingKey(id, secret);
    }

    /**
     * Reads what {@link #text} gives, or what Habitat wrote.
     * @throws InvalidKeyException when it is not a ring key
     */
    public static RingKey parse(String text) {
        KeyText key = KeyText.parse(text, KeyText.Kind.RING);
        return new RingKey(key.id(), key.bytes());
    }

    /** The whole key as it stands in a file: whoever has this belongs to the ring. */
    public String text() {
        return new KeyText(KeyText.Kind.RING, this.id, this.secret).text();
    }

    public NamedRevision id() {
        return this.id;
    }

    /** Of the ring. */
    public String name() {
        return this.id.name();
    }

    /** The greater, the newer. */
    public String revision() {
        return this.id.revision();
    }

    /** Tells keys apart without giving them away: 16 hexadecimal digits. */
    public String fingerprint() {
        return HexFormat.of().formatHex(derive("fingerprint", FINGERPRINT_LENGTH));
    }

    /**
     * A key for one purpose, from which neither this key nor that of another purpose can
     * be told (HKDF with SHA-256, RFC 5869). It depends on the secret alone, not on its
     * name and revision.
     * @param length in bytes, at most 8160
     */
    public byte[] derive(String purpose, int length) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
        generator.init(new HKDFParameters(this.secret, null, (PURPOSE + purpose).getBytes(StandardCharsets.UTF_8)));
        byte[] derived = new byte[length];
        generator.generateBytes(derived, 0, length);
        return derived;
    }

    /** Takes as long for keys that differ as for equal ones. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RingKey key && this.id.equals(key.id) && MessageDigest.isEqual(this.secret, key.secret);
    }

    @Override
    public int hashCode() {
        return this.id.hashCode();
    }

    @Override
    public String toString() {
        return "RingKey " + this.id + " (" + fingerprint() + ")";
    }

}
