package dev.muster.ring;

import java.util.Arrays;

/**
 * What travels between two members: one byte that says what follows, and what follows.
 *
 * @param kind what it is
 * @param content the rest; empty where the kind says it all
 */
record Frame(Kind kind, byte[] content) {

    private static final Kind[] KINDS = Kind.values();

    static Frame of(Kind kind) {
        return new Frame(kind, new byte[0]);
    }

    /** The bytes that travel. */
    static byte[] encode(Kind kind, byte[] content) {
        byte[] bytes = new byte[content.length + 1];
        bytes[0] = (byte) kind.ordinal();
        System.arraycopy(content, 0, bytes, 1, content.length);
        return bytes;
    }

    byte[] encode() {
        return encode(this.kind, this.content);
    }

    /**
     * @throws MalformedHelloException when there is no byte, or one that means nothing
     */
    static Frame decode(byte[] bytes, int offset, int length) {
        if (length < 1 || bytes[offset] < 0 || bytes[offset] >= KINDS.length) {
            throw new MalformedHelloException("a message of " + length + " bytes of no known kind", null);
        }
        return new Frame(KINDS[bytes[offset]], Arrays.copyOfRange(bytes, offset + 1, offset + length));
    }

    /** Their order is what travels: a new one goes to the end. */
    enum Kind {

        /** For whoever uses the ring. */
        MESSAGE,

        /** A {@link Hello}: who the sender is. */
        HELLO,

        /** The receiver shall say its hello. */
        HELLO_WANTED,

        /** A hello of a member that asks whether somebody else has its id. */
        ID_QUESTION,

        /** The sender has that id; its own hello. */
        ID_MINE,

        /** Another member has that id; the hello of that one. */
        ID_KNOWN,

        /** Nobody else that the sender knows has that id. */
        ID_FREE,

        /** For whoever uses the ring, and must not wait behind anything else. */
        URGENT

    }

}
