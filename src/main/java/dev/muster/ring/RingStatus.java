package dev.muster.ring;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How the ring is at one moment, for status and metrics. Counts go up from zero at the
 * start of this node.
 *
 * @param members present and introduced, this one included
 * @param unacquainted present, but not introduced yet
 * @param viewId which agreed list of members this is; empty before the first
 * @param peersGiven whether it was told of any peer but itself
 * @param peerSeen whether any other member was present since the start
 * @param settled whether this process may speak as its member: no other one holds its id
 * @param waiting messages that wait to be sent
 * @param messagesOut messages sent, each broadcast once
 * @param bytesOut bytes of these
 * @param messagesIn messages received
 * @param bytesIn bytes of these
 * @param wireBytesOut bytes that were given to the network for all receivers together,
 * with headers and heartbeats
 * @param dropped messages that were not delivered: nobody had introduced their sender, or
 * too many waited for it
 * @param rejected attempts to take part that were turned away: of another ring, or with a
 * forged or unreadable introduction
 * @param suspected how often a member was suspected to be dead
 * @param merges how often rings that had been apart became one
 * @param lastConnectError which peer could not be reached last, and why; null when all
 * could
 * @param peers what became of those that were named
 */
public record RingStatus(int members, int unacquainted, String viewId, boolean peersGiven, boolean peerSeen,
        boolean settled, int waiting, long messagesOut, long bytesOut, long messagesIn, long bytesIn, long wireBytesOut,
        long dropped, long rejected, long suspected, long merges, @Nullable String lastConnectError,
        List<PeerStatus> peers) {

    public RingStatus {
        peers = List.copyOf(peers);
    }

}
