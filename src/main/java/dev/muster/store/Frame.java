package dev.muster.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

import dev.muster.key.Sealing;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;

/**
 * What stands before each record of a segment: magic, kind, length, the payload's CRC32C,
 * and the CRC32C of all this. The last one covers the segment's number and the record's
 * place in it too, so that bytes inside some content are never taken for a record when
 * reading goes on behind damage.
 *
 * @param kind what the payload is
 * @param length of the payload, in bytes
 * @param check CRC32C of the payload
 */
record Frame(Kind kind, int length, int check) {

    /** Bytes before the payload. */
    static final int BYTES = 20;

    /** Longest payload: a fact, sealed, and its hash. */
    static final int MAX_PAYLOAD = Hash.LENGTH + Sealing.OVERHEAD + Fact.MAX_BYTES;

    private static final int MAGIC = 0xFAC7A501;

    /** What a record holds. */
    enum Kind {

        /** The hash of a fact, and the fact, in clear: what earlier releases wrote. */
        PLAIN_FACT,

        /** Hashes of facts that are no longer kept. */
        DROP,

        /** The hash of a fact, and the fact, sealed at that hash. */
        FACT

    }

    static Frame of(Kind kind, ByteBuffer payload) {
        return new Frame(kind, payload.remaining(), check(payload));
    }

    /** CRC32C of what remains; leaves the position where it was. */
    static int check(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    void write(ByteBuffer to, long segment, long offset) {
        int start = to.position();
        to.putInt(MAGIC).putInt(this.kind.ordinal()).putInt(this.length).putInt(this.check);
        to.putInt(placed(to, start, segment, offset));
    }

    /** The frame that starts at {@code start}, if one does. */
    static Optional<Frame> read(ByteBuffer from, int start, long segment, long offset) {
        if (from.getInt(start) != MAGIC) {
            return Optional.empty();
        }
        int kind = from.getInt(start + 4);
        int length = from.getInt(start + 8);
        boolean whole = from.getInt(start + 16) == placed(from, start, segment, offset) && kind >= 0
                && kind < Kind.values().length && length >= 0 && length <= MAX_PAYLOAD;
        return whole ? Optional.of(new Frame(Kind.values()[kind], length, from.getInt(start + 12))) : Optional.empty();
    }

    private static int placed(ByteBuffer bytes, int start, long segment, long offset) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(start).limit(start + BYTES - Integer.BYTES));
        crc.update(ByteBuffer.allocate(16).putLong(segment).putLong(offset).flip());
        return (int) crc.getValue();
    }

    /** Length of frame and payload. */
    int size() {
        return BYTES + this.length;
    }

}
