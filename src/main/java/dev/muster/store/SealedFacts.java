package dev.muster.store;

import java.nio.ByteBuffer;
import java.util.Optional;

import dev.muster.key.Sealing;
import dev.muster.key.UnreadableMessageException;
import dev.muster.rumor.Hash;

/**
 * What a record of the log has in it: the hash of a fact, and the fact, sealed at that
 * hash, so that it opens nowhere else. The hash stands in clear, for a log that is loaded
 * finds out what lies where without opening anything.
 */
final class SealedFacts {

    private final Sealing sealing;

    SealedFacts(Sealing sealing) {
        this.sealing = sealing;
    }

    /** The payload of a record. */
    ByteBuffer seal(Hash hash, byte[] encoded) {
        byte[] sealed = this.sealing.seal(encoded, place(hash));
        return ByteBuffer.allocate(Hash.LENGTH + sealed.length).put(hash.bytes()).put(sealed).flip();
    }

    /**
     * The fact of a record, as it was encoded.
     * @param body what stands behind the hash; is read to its end
     * @return empty when it was sealed with another key, or is not what was sealed
     */
    Optional<byte[]> open(Frame.Kind kind, Hash hash, ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        if (kind == Frame.Kind.PLAIN_FACT) {
            return Optional.of(bytes);
        }
        try {
            return Optional.of(this.sealing.open(bytes, place(hash)));
        }
        catch (UnreadableMessageException ex) {
            return Optional.empty();
        }
    }

    /** Longest of what {@link #seal} makes of so many bytes. */
    static int length(int encoded) {
        return Hash.LENGTH + Sealing.OVERHEAD + encoded;
    }

    private static byte[] place(Hash hash) {
        return ByteBuffer.allocate(1 + Hash.LENGTH).put((byte) 'F').put(hash.bytes()).array();
    }

}
