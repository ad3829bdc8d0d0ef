package dev.muster.ring;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import dev.muster.rumor.Fact;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * Who is behind an address of JGroups, said and signed by that member itself. Address and
 * ring are under the signature, so that nobody else can say it again for himself.
 *
 * <p>
 * Encoding (RFC 8949): an array of two byte strings, payload and signature. The payload
 * is an array of format, ring, the two halves of the address, public key, name,
 * incarnation, nonce, gossip address and a map of labels. A later format may append to
 * it.
 *
 * @param address which channel it is about
 * @param peer what it says
 * @param encoded the bytes it was read from
 */
record Hello(Address address, RingView.Peer peer, byte[] encoded) {

    /** Far above what names and 64 labels can amount to. */
    static final int MAX_BYTES = 128 * 1024;

    private static final int FORMAT = 1;

    private static final CBORFactory CBOR = new CBORFactory();

    MemberId id() {
        return this.peer.id();
    }

    /** Whether this is the later start of the two. */
    boolean isLaterThan(Hello other) {
        int byIncarnation = Long.compare(this.peer.incarnation(), other.peer.incarnation());
        return (byIncarnation != 0) ? byIncarnation > 0 : this.peer.nonce().compareTo(other.peer.nonce()) > 0;
    }

    static Hello create(UUID address, RingConfig config, Fact.Signer signer) {
        RingConfig.Self self = config.self();
        byte[] payload = write((out) -> {
            out.writeStartArray(null, 10);
            out.writeNumber(FORMAT);
            out.writeString(config.ring());
            out.writeNumber(address.getMostSignificantBits());
            out.writeNumber(address.getLeastSignificantBits());
            out.writeBinary(signer.publicKey());
            out.writeString(self.name());
            out.writeNumber(self.incarnation());
            out.writeString(self.nonce());
            out.writeString(config.advertise().toString());
            out.writeStartObject(null, self.labels().size());
            new TreeMap<>(self.labels()).forEach((key, value) -> {
                out.writeName(key);
                out.writeString(value);
            });
            out.writeEndObject();
            out.writeEndArray();
        });
        byte[] signature = signer.sign(payload);
        byte[] encoded = write((out) -> {
            out.writeStartArray(null, 2);
            out.writeBinary(payload);
            out.writeBinary(signature);
            out.writeEndArray();
        });
        RingView.Peer peer = new RingView.Peer(MemberId.of(signer.publicKey()), self.name(), self.incarnation(),
                self.nonce(), config.advertise().toString(), self.labels());
        return new Hello(address, peer, encoded);
    }

    /**
     * Reads and checks a hello of this ring.
     * @throws MalformedHelloException when it is none, of another ring, or not signed by
     * the member it is of
     */
    static Hello decode(byte[] encoded, String ring, Fact.Verifier verifier) {
        if (encoded.length > MAX_BYTES) {
            throw new MalformedHelloException("a hello of " + encoded.length + " bytes", null);
        }
        try (JsonParser outer = CBOR.createParser(ObjectReadContext.empty(), encoded)) {
            expect(outer.nextToken(), JsonToken.START_ARRAY);
            byte[] payload = bytes(outer);
            byte[] signature = bytes(outer);
            expect(outer.nextToken(), JsonToken.END_ARRAY);
            try (JsonParser in = CBOR.createParser(ObjectReadContext.empty(), payload)) {
                return payload(in, payload, signature, encoded, ring, verifier);
            }
        }
        catch (JacksonException | IllegalArgumentException ex) {
            throw new MalformedHelloException("a hello that cannot be read", ex);
        }
    }

    private static Hello payload(JsonParser in, byte[] payload, byte[] signature, byte[] encoded, String ring,
            Fact.Verifier verifier) {
        expect(in.nextToken(), JsonToken.START_ARRAY);
        long format = number(in);
        if (format != FORMAT) {
            throw new MalformedHelloException("a hello of format " + format + ", known is " + FORMAT, null);
        }
        String theirRing = text(in);
        Address address = new UUID(number(in), number(in));
        byte[] publicKey = bytes(in);
        if (!verifier.verify(publicKey, payload, signature)) {
            throw new MalformedHelloException("a hello with a forged signature", null);
        }
        if (!theirRing.equals(ring)) {
            throw new MalformedHelloException("a hello of ring " + theirRing, null);
        }
        String name = text(in);
        long incarnation = number(in);
        String nonce = text(in);
        String gossip = text(in);
        Map<String, String> labels = new TreeMap<>();
        expect(in.nextToken(), JsonToken.START_OBJECT);
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = in.currentName();
            labels.put(key, text(in));
        }
        // The same rules hold for what others say of themselves as for what we do.
        new RingConfig.Self(name, labels, incarnation, nonce);
        return new Hello(address, new RingView.Peer(MemberId.of(publicKey), name, incarnation, nonce,
                Endpoint.parse(gossip, 1).toString(), labels), encoded);
    }

    private static byte[] write(Consumer<JsonGenerator> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = CBOR.createGenerator(ObjectWriteContext.empty(), bytes)) {
            content.accept(out);
        }
        return bytes.toByteArray();
    }

    private static void expect(@Nullable JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw new MalformedHelloException("a hello with " + found + " where " + wanted + " belongs", null);
        }
    }

    private static String text(JsonParser in) {
        expect(in.nextToken(), JsonToken.VALUE_STRING);
        String text = in.getString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new MalformedHelloException("a hello with a text that is not UTF-8", null);
        }
        return text;
    }

    private static long number(JsonParser in) {
        expect(in.nextToken(), JsonToken.VALUE_NUMBER_INT);
        return in.getLongValue();
    }

    private static byte[] bytes(JsonParser in) {
        expect(in.nextToken(), JsonToken.VALUE_EMBEDDED_OBJECT);
        byte[] bytes = in.getBinaryValue();
        if (bytes == null) {
            // CBOR's "undefined" comes as an embedded object of nothing.
            throw new MalformedHelloException("a hello without bytes where they belong", null);
        }
        return bytes;
    }

}
