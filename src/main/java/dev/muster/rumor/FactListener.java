package dev.muster.rumor;

import java.io.IOException;

/** Hears what changes in a {@link Replica}; always on its loop. */
public interface FactListener {

    /**
     * A fact is held that was not before; a durable one is on disk by then.
     * @param newest whether it is the greatest of its key
     */
    void merged(Fact fact, boolean newest);

    /**
     * A durable fact is no longer held, because its key has enough that are greater, or
     * because the member that it is about has departed.
     * @param key of what it was dropped for
     */
    default void dropped(FactKey key, Hash fact) {
    }

    /** Who is present has changed. */
    default void ringChanged(RingView view) {
    }

    /**
     * Another member has a fact of ours on disk, or one that outlives it.
     * @param current the greatest it holds under that key
     */
    default void receipt(MemberId from, Hash fact, Version current) {
    }

    /**
     * What another member held is held here, too: all that it had when this was asked.
     */
    default void exchanged(MemberId with) {
    }

    /**
     * Facts that came in could not be written; the log tells when it takes facts again.
     */
    default void logFailed(IOException why) {
    }

}
