package dev.muster.ring;

import java.util.List;

import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;

/**
 * Which protocols of JGroups a ring is made of, lowest first, and why they are not left
 * at their defaults. Diagnostics, on by default in a stack from a file, are off in one
 * made by hand.
 */
final class Stack {

    /**
     * From this release on a virtual thread that waits within a monitor gives back its
     * carrier; before, a ring on a machine of two processors could stand still.
     */
    private static final int GOOD_VIRTUAL_THREADS = 24;

    private static final int MAX_THREADS = 200;

    /**
     * Frames are cut to less than a bundle, 64,000 bytes; a view of thousands fits too.
     */
    private static final int LARGEST_FRAME = 1024 * 1024;

    private static final int FRAGMENT = 60 * 1024;

    /** So much may be under way to each member before a broadcast waits for it. */
    private static final int CREDITS = 2 * 1024 * 1024;

    private static final double CREDIT_THRESHOLD = 0.4;

    /** Of up to 64 KB each: what waits for one member that does not read. */
    private static final int FRAMES_WAITING = 256;

    private static final int PEER_ADDRESS_TIMEOUT = 500;

    private static final int CONNECT_TIMEOUT = 1000;

    private static final int MAX_JOIN_ATTEMPTS = 3;

    private static final int VIEW_ACK_TIMEOUT = 2000;

    private static final int LEAVE_TIMEOUT = 1000;

    private static final int RESEND_INTERVAL = 200;

    /** For two seconds: as long as a connection may take to be made anew. */
    private static final int LAST_NUMBER_SAID = 10;

    private static final int STABLE_BYTES = 4 * 1024 * 1024;

    private static final int STABLE_INTERVAL = 50_000;

    private Stack() {
    }

    static List<Protocol> overTcp(RingTransport transport, Addresses addresses, PeerDiscovery discovery,
            Timings timings) {
        transport.setBindAddress(addresses.bind().getAddress());
        transport.setBindPort(addresses.bind().getPort());
        // Always told: a member that is bound to a wildcard address would advertise that.
        transport.setExternalAddr(addresses.advertise().getAddress());
        transport.setExternalPort(addresses.advertise().getPort());
        // A second process must fail to start, not listen where no peer looks.
        transport.setPortRange(0);
        // Nagle's algorithm puts 40 ms into the tail of every exchange.
        transport.tcpNodelay(true);
        // A killed process is noticed by its closed connection. The protocol made for
        // that needs a second port, which is never encrypted.
        transport.enableSuspectEvents(true);
        // A member that hangs fills its own queue and not the one thread that sends.
        transport.nonBlockingSends(true);
        transport.maxSendQueue(FRAMES_WAITING);
        transport.setMaxLength(LARGEST_FRAME);
        transport.setSockConnTimeout(CONNECT_TIMEOUT);
        // Connections are accepted one by one; whoever connects and says nothing keeps
        // all newcomers waiting for so long.
        transport.setPeerAddrReadTimeout(PEER_ADDRESS_TIMEOUT);
        // A closed connection is a line in the log, not a stack trace.
        transport.logDetails(false);
        // A newcomer that knows one member must learn of all, or those that start
        // together elect themselves.
        discovery.returnEntireCache(true);
        return stack(transport, discovery, timings);
    }

    static List<Protocol> inThisJvm(Timings timings) {
        return stack(new CountedLoopback(), new SHARED_LOOPBACK_PING(), timings);
    }

    private static List<Protocol> stack(TP transport, Protocol discovery, Timings timings) {
        transport.useVirtualThreads(Runtime.version().feature() >= GOOD_VIRTUAL_THREADS);
        transport.getThreadPool().setMaxThreads(MAX_THREADS);
        return List.of(transport, discovery,
                // Rings that were apart are one again after 1.6 times the longest
                // interval.
                merge(timings),
                // For a member that hangs or is cut off; any message is a sign of life.
                new FD_ALL3().setTimeout(timings.silence().toMillis()).setInterval(timings.heartbeat().toMillis()),
                new VERIFY_SUSPECT2().setTimeout(timings.verify().toMillis()),
                // The proven pair: their successors are previews in this release. TCP has
                // no
                // multicast, so that a lost message is asked for from its sender alone.
                // What was lost with a connection and is followed by nothing is missed by
                // nobody until its number is said again.
                new NAKACK2().useMcastXmit(false)
                    .setXmitInterval(RESEND_INTERVAL)
                    .setResendLastSeqnoMaxTimes(LAST_NUMBER_SAID),
                new UNICAST3().setXmitInterval(RESEND_INTERVAL),
                new STABLE().setDesiredAverageGossip(STABLE_INTERVAL).setMaxBytes(STABLE_BYTES),
                // What it prints goes to standard output, which is ours.
                new GMS().printLocalAddress(false)
                    .setJoinTimeout(timings.join().toMillis())
                    .setMaxJoinAttempts(MAX_JOIN_ATTEMPTS)
                    .setLeaveTimeout(LEAVE_TIMEOUT)
                    .setViewAckCollectionTimeout(VIEW_ACK_TIMEOUT),
                new MFC().setMaxCredits(CREDITS).setMinThreshold(CREDIT_THRESHOLD),
                new UFC().setMaxCredits(CREDITS).setMinThreshold(CREDIT_THRESHOLD), new FRAG2().setFragSize(FRAGMENT));
    }

    private static MERGE3 merge(Timings timings) {
        // In three steps: the setter of the least compares its value of before, a second
        // by default, with the longest.
        return new MERGE3().setMaxInterval(Timings.LARGE_MERGE_MAX.toMillis())
            .setMinInterval(timings.mergeMin().toMillis())
            .setMaxInterval(timings.mergeMax().toMillis());
    }

    /** Searches less often in a large ring, where each costs a message to everybody. */
    static void adapt(MERGE3 merge, int members, Timings timings) {
        boolean large = members > Timings.LARGE_RING;
        long max = (large ? Timings.LARGE_MERGE_MAX : timings.mergeMax()).toMillis();
        long min = (large ? Timings.LARGE_MERGE_MIN : timings.mergeMin()).toMillis();
        if (merge.getMaxInterval() != max) {
            if (max > merge.getMaxInterval()) {
                merge.setMaxInterval(max).setMinInterval(min);
            }
            else {
                merge.setMinInterval(min).setMaxInterval(max);
            }
        }
    }

}
