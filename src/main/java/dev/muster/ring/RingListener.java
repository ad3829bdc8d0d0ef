package dev.muster.ring;

import dev.muster.rumor.MemberId;
import dev.muster.rumor.Ring;

/** What the node hears of the ring beyond messages and who is present. */
public interface RingListener extends Ring.Listener {

    /**
     * Another process holds this member's id and answers, and this one must give way. It
     * is silent in the ring from now on; what is left to do is to end the node and leave
     * its services as they are. Called once at most, on a thread of the ring.
     */
    void gaveWay(IdConflict conflict);

    /**
     * Another member has said what must not wait. On a thread of the ring, which must not
     * either; such messages come in any order, and not in that of others.
     */
    default void urgent(MemberId from, byte[] message) {
    }

}
