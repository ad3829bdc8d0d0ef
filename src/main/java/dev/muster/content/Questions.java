package dev.muster.content;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

import dev.muster.rumor.Hash;
import dev.muster.rumor.InquiryRefusedException;

/** What members ask each other about contents, and the bytes of that. */
final class Questions {

    /**
     * For a piece of a content: hash, offset (8 bytes), length (4 bytes). Nothing as the
     * answer means: it is here, and others get it now.
     */
    static final String CHUNK = "content/chunk";

    /**
     * To take a copy of a content from who asks: hash, size (4 bytes). The answer is how
     * many bytes are there (4 bytes), and whether they are whole, verified and synced (1
     * byte).
     */
    static final String HOLD = "content/hold";

    private Questions() {
    }

    static byte[] chunk(Hash hash, long offset, int length) {
        return ByteBuffer.allocate(Hash.LENGTH + Long.BYTES + Integer.BYTES)
            .put(hash.bytes())
            .putLong(offset)
            .putInt(length)
            .array();
    }

    static byte[] hold(Hash hash, int size) {
        return ByteBuffer.allocate(Hash.LENGTH + Integer.BYTES).put(hash.bytes()).putInt(size).array();
    }

    static byte[] holding(long bytes, boolean whole) {
        return ByteBuffer.allocate(Integer.BYTES + 1).putInt((int) bytes).put((byte) (whole ? 1 : 0)).array();
    }

    static Chunk readChunk(byte[] question) {
        ByteBuffer in = ByteBuffer.wrap(question);
        try {
            return new Chunk(hash(in), in.getLong(), in.getInt());
        }
        catch (BufferUnderflowException ex) {
            throw unreadable(question);
        }
    }

    static Hold readHold(byte[] question) {
        ByteBuffer in = ByteBuffer.wrap(question);
        try {
            return new Hold(hash(in), in.getInt());
        }
        catch (BufferUnderflowException ex) {
            throw unreadable(question);
        }
    }

    /**
     * @throws IllegalArgumentException when these bytes are none
     */
    static Holding readHolding(byte[] answer) {
        if (answer.length <= Integer.BYTES) {
            throw new IllegalArgumentException("An answer of " + answer.length + " bytes cannot be read");
        }
        ByteBuffer in = ByteBuffer.wrap(answer);
        return new Holding(in.getInt(), in.get() == 1);
    }

    private static Hash hash(ByteBuffer in) {
        byte[] hash = new byte[Hash.LENGTH];
        in.get(hash);
        return Hash.wrap(hash);
    }

    private static InquiryRefusedException unreadable(byte[] question) {
        return new InquiryRefusedException("a question of " + question.length + " bytes cannot be read");
    }

    /** Which piece is asked for. */
    record Chunk(Hash hash, long offset, int length) {
    }

    /** Of what a copy is to be taken. */
    record Hold(Hash hash, int size) {
    }

    /** How far a copy is. */
    record Holding(int bytes, boolean whole) {
    }

}
