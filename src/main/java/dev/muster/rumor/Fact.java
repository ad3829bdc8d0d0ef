package dev.muster.rumor;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Something one member told the others. It never changes; it is stored and passed on as
 * the bytes its origin made, also by members that do not know its kind, and its hash is
 * over these.
 *
 * <p>
 * Encoding (RFC 8949): an array of two byte strings, payload and signature. The payload
 * is an array of format, kind, subject, detail, major, minor, author, traits, body and
 * the signer's public key; the signature is over the payload, and both it and the key are
 * empty where a fact is not signed.
 */
public final class Fact {

    /**
     * Longest encoded fact, in bytes: 64 KiB of content, escaped at its worst, and room
     * for what goes with it.
     */
    public static final int MAX_BYTES = 256 * 1024;

    /** Of a key whose facts are a history so many are kept, the greatest. */
    public static final int MOST_KEPT = 50;

    private static final int FORMAT = 1;

    private static final int DURABLE = 1;

    private static final int HISTORY = 2;

    private final FactKey key;

    private final Version version;

    private final int traits;

    private final byte[] body;

    private final byte[] publicKey;

    private final byte[] payload;

    private final byte[] signature;

    private final byte[] encoded;

    private Fact(byte[] encoded) {
        this.encoded = encoded;
        try (CborInput outer = new CborInput(encoded)) {
            outer.startArray();
            this.payload = outer.bytes();
            this.signature = outer.bytes();
            outer.endArray();
            outer.end();
            try (CborInput in = new CborInput(this.payload)) {
                in.startArray();
                long format = in.number();
                if (format != FORMAT) {
                    throw new MalformedFactException("A fact has format " + format + ", known is " + FORMAT, null);
                }
                this.key = new FactKey(in.text(), in.text(), in.text());
                this.version = new Version(in.number(), in.number(), in.text(), Hash.of(encoded));
                this.traits = (int) in.number();
                this.body = in.bytes();
                this.publicKey = in.bytes();
                // A later format may say more after these; what we do not know is kept
                // in the bytes.
            }
        }
        catch (JacksonException | IllegalArgumentException ex) {
            throw new MalformedFactException("A fact of " + encoded.length + " bytes cannot be read", ex);
        }
    }

    /**
     * Reads a fact from the bytes its origin made.
     * @param encoded not changed by the caller afterwards
     * @throws MalformedFactException when these bytes are none
     */
    public static Fact decode(byte[] encoded) {
        if (encoded.length > MAX_BYTES) {
            throw new MalformedFactException(
                    "A fact has at most " + MAX_BYTES + " bytes, this one has " + encoded.length, null);
        }
        return new Fact(encoded);
    }

    /**
     * Makes a fact.
     * @param author as in {@link Version#author()}
     * @param retention what of its key is kept, and where
     * @param signer signs it, or null for a fact that anybody in the ring may say
     */
    public static Fact create(FactKey key, long major, long minor, String author, Retention retention, byte[] body,
            @Nullable Signer signer) {
        int traits = switch (retention) {
            case TRANSIENT -> 0;
            case DURABLE -> DURABLE;
            case HISTORY -> DURABLE | HISTORY;
        };
        byte[] payload = write((out) -> {
            out.writeStartArray(null, 10);
            out.writeNumber(FORMAT);
            out.writeString(key.kind());
            out.writeString(key.subject());
            out.writeString(key.detail());
            out.writeNumber(major);
            out.writeNumber(minor);
            out.writeString(author);
            out.writeNumber(traits);
            out.writeBinary(body);
            out.writeBinary((signer != null) ? signer.publicKey() : new byte[0]);
            out.writeEndArray();
        });
        byte[] signature = (signer != null) ? signer.sign(payload) : new byte[0];
        return decode(write((out) -> {
            out.writeStartArray(null, 2);
            out.writeBinary(payload);
            out.writeBinary(signature);
            out.writeEndArray();
        }));
    }

    private static byte[] write(java.util.function.Consumer<JsonGenerator> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = CborInput.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            content.accept(out);
        }
        return bytes.toByteArray();
    }

    public FactKey key() {
        return this.key;
    }

    public Version version() {
        return this.version;
    }

    public Hash hash() {
        return this.version.hash();
    }

    public Retention retention() {
        if ((this.traits & DURABLE) == 0) {
            return Retention.TRANSIENT;
        }
        return ((this.traits & HISTORY) == 0) ? Retention.DURABLE : Retention.HISTORY;
    }

    /** What the fact says, in the encoding of its kind. */
    public byte[] body() {
        return this.body.clone();
    }

    /** Who signed it, if anybody did; only {@link #verify} tells whether that is true. */
    public Optional<MemberId> signer() {
        return (this.publicKey.length == 0) ? Optional.empty() : Optional.of(MemberId.of(this.publicKey));
    }

    /** Whether the signature is good; a fact without one is not. */
    public boolean verify(Verifier verifier) {
        return this.publicKey.length != 0 && verifier.verify(this.publicKey, this.payload, this.signature);
    }

    /** The bytes its origin made; to be read, not written. */
    public byte[] encoded() {
        return this.encoded;
    }

    /** A copy of the bytes its origin made. */
    public byte[] toBytes() {
        return this.encoded.clone();
    }

    /** Length of {@link #toBytes()}. */
    public int size() {
        return this.encoded.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fact that && Arrays.equals(this.encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return hash().hashCode();
    }

    @Override
    public String toString() {
        return this.key + "@" + this.version.major() + "-" + hash();
    }

    /**
     * What of a key is kept, and where. Encoded in the fact, so that unknown kinds are
     * kept alike everywhere.
     */
    public enum Retention {

        /**
         * The greatest, in memory: how something is. Whoever said it says it again when
         * it comes back.
         */
        TRANSIENT,

        /** The greatest, on disk. */
        DURABLE,

        /** The greatest fifty, on disk. */
        HISTORY

    }

    /** Signs as one member (Ed25519, RFC 8032). */
    public interface Signer {

        byte[] publicKey();

        byte[] sign(byte[] message);

    }

    /** Checks what a {@link Signer} signed. */
    @FunctionalInterface
    public interface Verifier {

        boolean verify(byte[] publicKey, byte[] message, byte[] signature);

    }

}
