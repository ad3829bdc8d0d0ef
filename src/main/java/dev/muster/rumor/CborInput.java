package dev.muster.rumor;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * Reads CBOR (RFC 8949) one expected value after another; anything else is refused with
 * what stood there.
 */
final class CborInput implements AutoCloseable {

    static final CBORFactory FACTORY = new CBORFactory();

    private final JsonParser in;

    CborInput(byte[] bytes) {
        this.in = FACTORY.createParser(ObjectReadContext.empty(), bytes);
    }

    void startArray() {
        expect(this.in.nextToken(), JsonToken.START_ARRAY);
    }

    void endArray() {
        expect(this.in.nextToken(), JsonToken.END_ARRAY);
    }

    /** Within an array: goes to the next value, to be read with {@code current...}. */
    boolean more() {
        return this.in.nextToken() != JsonToken.END_ARRAY;
    }

    void end() {
        JsonToken token = this.in.nextToken();
        if (token != null) {
            throw new MalformedFactException("Nothing belongs behind the end, but there is " + token, null);
        }
    }

    String text() {
        this.in.nextToken();
        return currentText();
    }

    String currentText() {
        expect(this.in.currentToken(), JsonToken.VALUE_STRING);
        String text = this.in.getString();
        if (text.chars().anyMatch((unit) -> Character.isSurrogate((char) unit))
                && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            // It would be read, and could not be passed on.
            throw new MalformedFactException("A text is not UTF-8", null);
        }
        return text;
    }

    long number() {
        expect(this.in.nextToken(), JsonToken.VALUE_NUMBER_INT);
        return this.in.getLongValue();
    }

    boolean flag() {
        JsonToken token = this.in.nextToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw unexpected(token, "a flag");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    byte[] bytes() {
        this.in.nextToken();
        return currentBytes();
    }

    byte[] currentBytes() {
        expect(this.in.currentToken(), JsonToken.VALUE_EMBEDDED_OBJECT);
        byte[] bytes = this.in.getBinaryValue();
        if (bytes == null) {
            // CBOR's "undefined" comes as an embedded object of nothing.
            throw unexpected(null, "a byte string");
        }
        return bytes;
    }

    private static void expect(@Nullable JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw unexpected(found, wanted.toString());
        }
    }

    private static MalformedFactException unexpected(@Nullable JsonToken found, String wanted) {
        return new MalformedFactException("Found " + found + " where " + wanted + " belongs", null);
    }

    @Override
    public void close() {
        this.in.close();
    }

}
