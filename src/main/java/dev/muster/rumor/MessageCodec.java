package dev.muster.rumor;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Message.Close;
import dev.muster.rumor.Message.Digests;
import dev.muster.rumor.Message.Facts;
import dev.muster.rumor.Message.Open;
import dev.muster.rumor.Message.Receipt;
import dev.muster.rumor.Message.Receipts;
import dev.muster.rumor.Message.Want;
import dev.muster.rumor.RumorStore.Roots;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * The bytes of {@link Message}s (RFC 8949): one array of format, kind of message, and its
 * parts. Nothing but our own record types is ever made from them.
 */
final class MessageCodec {

    private static final int FORMAT = 1;

    private static final int FACTS = 1;

    private static final int RECEIPTS = 2;

    private static final int OPEN = 3;

    private static final int DIGESTS = 4;

    private static final int WANT = 5;

    private static final int CLOSE = 6;

    private static final CBORFactory CBOR = new CBORFactory();

    private MessageCodec() {
    }

    static byte[] encode(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = CBOR.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartArray();
            out.writeNumber(FORMAT);
            // Java 17 cannot switch over a sealed family; the last branch fails loudly
            // for a kind that is new.
            if (message instanceof Facts facts) {
                write(out, facts);
            }
            else if (message instanceof Receipts receipts) {
                write(out, receipts);
            }
            else if (message instanceof Open open) {
                write(out, open);
            }
            else if (message instanceof Digests digests) {
                write(out, digests);
            }
            else if (message instanceof Want want) {
                write(out, want);
            }
            else if (message instanceof Close close) {
                out.writeNumber(CLOSE);
                out.writeNumber(close.exchange());
                out.writeNumber(close.messages());
            }
            else {
                throw new IllegalStateException("No bytes are known for " + message.getClass().getName());
            }
            out.writeEndArray();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, Facts facts) {
        out.writeNumber(FACTS);
        out.writeNumber(facts.exchange());
        out.writeBoolean(facts.receiptWanted());
        out.writeBoolean(facts.relay());
        out.writeStartArray();
        facts.facts().forEach((fact) -> out.writeBinary(fact.encoded()));
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Receipts receipts) {
        out.writeNumber(RECEIPTS);
        out.writeStartArray();
        receipts.receipts().forEach((receipt) -> {
            out.writeBinary(receipt.fact().bytes());
            out.writeNumber(receipt.current().major());
            out.writeNumber(receipt.current().minor());
            out.writeString(receipt.current().author());
            out.writeBinary(receipt.current().hash().bytes());
        });
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Open open) {
        out.writeNumber(OPEN);
        out.writeNumber(open.exchange());
        out.writeBoolean(open.bridge());
        out.writeBoolean(open.joining());
        out.writeBinary(open.roots().durable().bytes());
        out.writeBinary(open.roots().transients().bytes());
    }

    private static void write(JsonGenerator out, Digests digests) {
        out.writeNumber(DIGESTS);
        out.writeNumber(digests.exchange());
        out.writeBoolean(digests.durable());
        out.writeBoolean(digests.transients());
        out.writeNumber(digests.parts());
        out.writeStartArray();
        digests.digests().forEach((slot, digest) -> {
            write(out, slot);
            out.writeBinary(digest.bytes());
        });
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Want want) {
        out.writeNumber(WANT);
        out.writeNumber(want.exchange());
        out.writeBoolean(want.answer());
        out.writeBoolean(want.relay());
        out.writeStartArray();
        want.held().forEach((slot, hashes) -> {
            write(out, slot);
            out.writeStartArray();
            hashes.forEach((hash) -> out.writeBinary(hash.bytes()));
            out.writeEndArray();
        });
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Slot slot) {
        out.writeString(slot.key().kind());
        out.writeString(slot.key().subject());
        out.writeString(slot.key().detail());
        out.writeNumber(slot.retention().ordinal());
    }

    /**
     * @throws MalformedFactException when these bytes are no message of a format this
     * release reads
     */
    static Message decode(byte[] bytes) {
        try (JsonParser in = CBOR.createParser(ObjectReadContext.empty(), bytes)) {
            expect(in.nextToken(), JsonToken.START_ARRAY);
            long format = number(in);
            if (format != FORMAT) {
                throw new MalformedFactException("A message has format " + format + ", known is " + FORMAT, null);
            }
            int kind = (int) number(in);
            return switch (kind) {
                case FACTS -> new Facts(number(in), flag(in), flag(in), facts(in));
                case RECEIPTS -> new Receipts(receipts(in));
                case OPEN -> new Open(number(in), flag(in), flag(in), new Roots(digest(in), digest(in)));
                case DIGESTS -> new Digests(number(in), flag(in), flag(in), (int) number(in), digests(in));
                case WANT -> new Want(number(in), flag(in), flag(in), held(in));
                case CLOSE -> new Close(number(in), (int) number(in));
                default -> throw new MalformedFactException("A message has the unknown kind " + kind, null);
            };
        }
        catch (JacksonException | IllegalArgumentException ex) {
            throw (ex instanceof MalformedFactException malformed) ? malformed
                    : new MalformedFactException("A message of " + bytes.length + " bytes cannot be read", ex);
        }
    }

    private static List<Fact> facts(JsonParser in) {
        List<Fact> facts = new ArrayList<>();
        expect(in.nextToken(), JsonToken.START_ARRAY);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            expect(in.currentToken(), JsonToken.VALUE_EMBEDDED_OBJECT);
            facts.add(Fact.decode(in.getBinaryValue()));
        }
        return facts;
    }

    private static List<Receipt> receipts(JsonParser in) {
        List<Receipt> receipts = new ArrayList<>();
        expect(in.nextToken(), JsonToken.START_ARRAY);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            expect(in.currentToken(), JsonToken.VALUE_EMBEDDED_OBJECT);
            Hash fact = Hash.wrap(in.getBinaryValue());
            receipts.add(new Receipt(fact, new Version(number(in), number(in), text(in), Hash.wrap(binary(in)))));
        }
        return receipts;
    }

    private static Map<Slot, SlotDigest> digests(JsonParser in) {
        Map<Slot, SlotDigest> digests = new LinkedHashMap<>();
        expect(in.nextToken(), JsonToken.START_ARRAY);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            digests.put(slot(in), digest(in));
        }
        return digests;
    }

    private static Map<Slot, List<Hash>> held(JsonParser in) {
        Map<Slot, List<Hash>> held = new LinkedHashMap<>();
        expect(in.nextToken(), JsonToken.START_ARRAY);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            Slot slot = slot(in);
            List<Hash> hashes = new ArrayList<>();
            expect(in.nextToken(), JsonToken.START_ARRAY);
            while (in.nextToken() != JsonToken.END_ARRAY) {
                expect(in.currentToken(), JsonToken.VALUE_EMBEDDED_OBJECT);
                hashes.add(Hash.wrap(in.getBinaryValue()));
            }
            held.put(slot, hashes);
        }
        return held;
    }

    /**
     * The kind is the current token already, for it was read to see whether the list goes
     * on.
     */
    private static Slot slot(JsonParser in) {
        expect(in.currentToken(), JsonToken.VALUE_STRING);
        FactKey key = new FactKey(in.getString(), text(in), text(in));
        long retention = number(in);
        Retention[] known = Retention.values();
        if (retention < 0 || retention >= known.length) {
            throw new MalformedFactException("A key has the unknown retention " + retention, null);
        }
        return new Slot(key, known[(int) retention]);
    }

    private static void expect(@Nullable JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw new MalformedFactException("A message has " + found + " where " + wanted + " belongs", null);
        }
    }

    private static long number(JsonParser in) {
        expect(in.nextToken(), JsonToken.VALUE_NUMBER_INT);
        return in.getLongValue();
    }

    private static boolean flag(JsonParser in) {
        JsonToken token = in.nextToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw new MalformedFactException("A message has " + token + " where a flag belongs", null);
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static String text(JsonParser in) {
        expect(in.nextToken(), JsonToken.VALUE_STRING);
        return in.getString();
    }

    private static byte[] binary(JsonParser in) {
        expect(in.nextToken(), JsonToken.VALUE_EMBEDDED_OBJECT);
        return in.getBinaryValue();
    }

    private static SlotDigest digest(JsonParser in) {
        return new SlotDigest(binary(in));
    }

}
