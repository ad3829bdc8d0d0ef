package dev.muster.rumor;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Where durable facts are kept. Appending never blocks: batches are written and synced by
 * one thread of the log, in the order of their appending, several batches with one sync
 * where they wait together.
 */
public interface FactLog {

    /** Takes the facts; {@code completion} hears of it on a thread of the log's own. */
    void append(List<Fact> facts, Completion completion);

    /**
     * The fact with this hash, read again and checked against it. May be called on any
     * thread but the node's loop.
     * @throws IOException when it is not there, cannot be read, or is damaged
     */
    Fact read(Hash hash) throws IOException;

    /** These facts are no longer kept; their room may be given back. */
    void drop(Collection<Hash> hashes);

    /** What became of a batch. */
    interface Completion {

        /** The facts are on disk and would survive a loss of power. */
        void synced();

        /** None of them may be counted on, and none of them will be tried again. */
        void failed(IOException why);

    }

}
