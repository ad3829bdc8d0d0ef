package dev.muster.rumor;

/**
 * The other members, as the core sees them. Sending never blocks and promises nothing: a
 * message may be lost, and anti-entropy repairs it. From one sender to one receiver,
 * messages that do arrive come in the order of their sending, broadcasts and unicasts
 * each among themselves.
 */
public interface Ring {

    /**
     * To every other member that is present.
     * @return false when too much waits to be sent already; nothing was taken then
     */
    boolean broadcast(byte[] message);

    /**
     * To one member; a member that is not present loses it.
     * @return false when too much waits to be sent already; nothing was taken then
     */
    boolean send(MemberId to, byte[] message);

    /**
     * Whether the next {@link #broadcast} is likely to be refused: then nothing new
     * should be accepted.
     */
    boolean congested();

    /**
     * Called on threads of the ring, which must not wait: whoever listens posts to its
     * own loop.
     */
    interface Listener {

        void received(MemberId from, byte[] message);

        /**
         * Who is present now; the first call tells of this member alone, or of the ring
         * it found.
         */
        void changed(RingView view);

    }

}
