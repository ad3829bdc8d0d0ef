package dev.muster.key;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;

import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/**
 * The half of an encryption key that its owner keeps: a user, to encrypt, or the members
 * of a service group, to decrypt; in Habitat's file format ({@code BOX-SEC-1}). It has
 * the other half in it.
 */
public final class SecretBoxKey {

    private static final int ORGANIZATION = '@';

    private final NamedRevision id;

    private final byte[] scalar;

    private final PublicBoxKey publicKey;

    private SecretBoxKey(NamedRevision id, byte[] scalar) {
        this.id = id;
        this.scalar = scalar;
        byte[] point = new byte[X25519.POINT_SIZE];
        X25519.generatePublicKey(scalar, 0, point, 0);
        this.publicKey = new PublicBoxKey(id, point);
    }

    /**
     * Makes a new key for a user.
     * @param when becomes its revision, to the second
     * @throws InvalidKeyException when nothing can have this name, or it could be a
     * group's
     */
    public static SecretBoxKey ofUser(String name, Instant when, SecureRandom random) {
        NamedRevision.checkName(name);
        if (name.indexOf(ORGANIZATION) >= 0) {
            throw new InvalidKeyException("\"" + name + "\" cannot be the name of a user's key: "
                    + "'@' is in the names of service groups' keys only, as redis.prod@acme");
        }
        return generate(name, when, random);
    }

    /**
     * Makes a new key for the members of a service group.
     * @param group whole, as {@code redis.prod@acme}
     * @param when becomes its revision, to the second
     * @throws InvalidKeyException when nothing can have this name, or it is no group's of
     * an organization
     */
    public static SecretBoxKey ofGroup(String group, Instant when, SecureRandom random) {
        NamedRevision.checkName(group);
        if (!group.matches("[^.@]+\\.[^.@]+@[^.@]+")) {
            throw new InvalidKeyException("\"" + group + "\" cannot be the name of a service group's key: "
                    + "it is SERVICE.GROUP@ORGANIZATION, as redis.prod@acme");
        }
        return generate(group, when, random);
    }

    private static SecretBoxKey generate(String name, Instant when, SecureRandom random) {
        byte[] scalar = new byte[KeyText.KEY_LENGTH];
        random.nextBytes(scalar);
        return new SecretBoxKey(NamedRevision.at(name, when), scalar);
    }

    /**
     * Reads what {@link #text} gives, or what Habitat wrote.
     * @throws InvalidKeyException when it is not a secret encryption key
     */
    public static SecretBoxKey parse(String text) {
        KeyText key = KeyText.parse(text, KeyText.Kind.SECRET);
        return new SecretBoxKey(key.id(), key.bytes());
    }

    /** The whole key as it stands in a file. */
    public String text() {
        return new KeyText(KeyText.Kind.SECRET, this.id, this.scalar).text();
    }

    public NamedRevision id() {
        return this.id;
    }

    /** What others need; under the same name and revision. */
    public PublicBoxKey publicKey() {
        return this.publicKey;
    }

    byte[] scalar() {
        return this.scalar;
    }

    /** Takes as long for keys that differ as for equal ones. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretBoxKey key && this.id.equals(key.id)
                && MessageDigest.isEqual(this.scalar, key.scalar);
    }

    @Override
    public int hashCode() {
        return this.id.hashCode();
    }

    @Override
    public String toString() {
        return "SecretBoxKey " + this.id + " (of " + this.publicKey.fingerprint() + ")";
    }

}
