package dev.muster.rumor;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Message.Ask;
import dev.muster.rumor.Message.Close;
import dev.muster.rumor.Message.Digests;
import dev.muster.rumor.Message.Facts;
import dev.muster.rumor.Message.Hint;
import dev.muster.rumor.Message.Open;
import dev.muster.rumor.Message.Receipt;
import dev.muster.rumor.Message.Receipts;
import dev.muster.rumor.Message.Reply;
import dev.muster.rumor.Message.Unknown;
import dev.muster.rumor.Message.Want;
import dev.muster.rumor.RumorStore.Roots;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

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

    private static final int HINT = 7;

    private static final int ASK = 8;

    private static final int REPLY = 9;

    private MessageCodec() {
    }

    static byte[] encode(Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = CborInput.FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
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
            else if (message instanceof Hint hint) {
                out.writeNumber(HINT);
                write(out, hint.roots());
            }
            else if (message instanceof Ask ask) {
                out.writeNumber(ASK);
                out.writeNumber(ask.id());
                out.writeString(ask.topic());
                out.writeBinary(ask.body());
            }
            else if (message instanceof Reply reply) {
                out.writeNumber(REPLY);
                out.writeNumber(reply.id());
                out.writeNumber(reply.outcome().ordinal());
                out.writeBinary(reply.body());
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
        write(out, open.roots());
    }

    private static void write(JsonGenerator out, Roots roots) {
        out.writeBinary(roots.durable().bytes());
        out.writeBinary(roots.transients().bytes());
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
        try (CborInput in = new CborInput(bytes)) {
            in.startArray();
            long format = in.number();
            if (format != FORMAT) {
                throw new MalformedFactException("A message has format " + format + ", known is " + FORMAT, null);
            }
            int kind = (int) in.number();
            return switch (kind) {
                case FACTS -> new Facts(in.number(), in.flag(), in.flag(), facts(in));
                case RECEIPTS -> new Receipts(receipts(in));
                case OPEN -> new Open(in.number(), roots(in));
                case DIGESTS -> new Digests(in.number(), in.flag(), in.flag(), (int) in.number(), digests(in));
                case WANT -> new Want(in.number(), in.flag(), in.flag(), held(in));
                case HINT -> new Hint(roots(in));
                case CLOSE -> new Close(in.number(), (int) in.number());
                case ASK -> new Ask(in.number(), in.text(), body(in));
                case REPLY -> new Reply(in.number(), outcome(in.number()), body(in));
                default -> new Unknown(kind);
            };
        }
        catch (JacksonException | IllegalArgumentException ex) {
            throw (ex instanceof MalformedFactException malformed) ? malformed
                    : new MalformedFactException("A message of " + bytes.length + " bytes cannot be read", ex);
        }
    }

    private static byte[] body(CborInput in) {
        byte[] body = in.bytes();
        if (body.length > Inquiries.MAX_BYTES) {
            throw new MalformedFactException(
                    "A question or answer has " + body.length + " bytes, the most is " + Inquiries.MAX_BYTES, null);
        }
        return body;
    }

    private static Reply.Outcome outcome(long number) {
        Reply.Outcome[] known = Reply.Outcome.values();
        // What a later release may say instead of an answer is no answer either.
        return (number >= 0 && number < known.length) ? known[(int) number] : Reply.Outcome.REFUSED;
    }

    private static List<Fact> facts(CborInput in) {
        List<Fact> facts = new ArrayList<>();
        in.startArray();
        while (in.more()) {
            facts.add(Fact.decode(in.currentBytes()));
        }
        return facts;
    }

    private static List<Receipt> receipts(CborInput in) {
        List<Receipt> receipts = new ArrayList<>();
        in.startArray();
        while (in.more()) {
            Hash fact = Hash.wrap(in.currentBytes());
            receipts.add(new Receipt(fact, new Version(in.number(), in.number(), in.text(), Hash.wrap(in.bytes()))));
        }
        return receipts;
    }

    private static Map<Slot, SlotDigest> digests(CborInput in) {
        Map<Slot, SlotDigest> digests = new LinkedHashMap<>();
        in.startArray();
        while (in.more()) {
            digests.put(slot(in), digest(in));
        }
        return digests;
    }

    private static Map<Slot, List<Hash>> held(CborInput in) {
        Map<Slot, List<Hash>> held = new LinkedHashMap<>();
        in.startArray();
        while (in.more()) {
            Slot slot = slot(in);
            List<Hash> hashes = new ArrayList<>();
            in.startArray();
            while (in.more()) {
                hashes.add(Hash.wrap(in.currentBytes()));
            }
            held.put(slot, hashes);
        }
        return held;
    }

    /**
     * The kind is the current token already, for it was read to see whether the list goes
     * on.
     */
    private static Slot slot(CborInput in) {
        FactKey key = new FactKey(in.currentText(), in.text(), in.text());
        long retention = in.number();
        Retention[] known = Retention.values();
        if (retention < 0 || retention >= known.length) {
            throw new MalformedFactException("A key has the unknown retention " + retention, null);
        }
        return new Slot(key, known[(int) retention]);
    }

    private static Roots roots(CborInput in) {
        return new Roots(digest(in), digest(in));
    }

    private static SlotDigest digest(CborInput in) {
        return new SlotDigest(in.bytes());
    }

}
