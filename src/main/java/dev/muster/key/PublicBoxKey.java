package dev.muster.key;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

import org.bouncycastle.crypto.digests.SHA256Digest;
import org.jspecify.annotations.Nullable;

/**
 * The half of an encryption key that may be given to everybody, of a user or of a service
 * group, in Habitat's file format ({@code BOX-PUB-1}).
 */
public final class PublicBoxKey {

    private static final int FINGERPRINT_LENGTH = 8;

    private final NamedRevision id;

    private final byte[] point;

    PublicBoxKey(NamedRevision id, byte[] point) {
        this.id = id;
        this.point = point;
    }

    /**
     * Reads what {@link #text} gives, or what Habitat wrote.
     * @throws InvalidKeyException when it is not a public encryption key
     */
    public static PublicBoxKey parse(String text) {
        KeyText key = KeyText.parse(text, KeyText.Kind.PUBLIC);
        return new PublicBoxKey(key.id(), key.bytes());
    }

    /**
     * Whether this is the text of a key that checks signatures: such a file has the same
     * suffix.
     */
    public static boolean isForSignatures(String text) {
        return text.startsWith("SIG-PUB-1");
    }

    /** As it stands in a file. */
    public String text() {
        return new KeyText(KeyText.Kind.PUBLIC, this.id, this.point).text();
    }

    public NamedRevision id() {
        return this.id;
    }

    /** For people to compare over another way: 16 hexadecimal digits. */
    public String fingerprint() {
        SHA256Digest digest = new SHA256Digest();
        digest.update(this.point, 0, this.point.length);
        byte[] hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        return HexFormat.of().formatHex(hash, 0, FINGERPRINT_LENGTH);
    }

    byte[] point() {
        return this.point;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PublicBoxKey key && this.id.equals(key.id) && Arrays.equals(this.point, key.point);
    }

    @Override
    public int hashCode() {
        return Objects.hash(this.id, Arrays.hashCode(this.point));
    }

    @Override
    public String toString() {
        return "PublicBoxKey " + this.id + " (" + fingerprint() + ")";
    }

}
