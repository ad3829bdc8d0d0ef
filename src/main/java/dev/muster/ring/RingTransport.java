package dev.muster.ring;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.blocks.cs.TcpConnectionNonBlocking;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;

/**
 * TCP on which no member can hold up another. JGroups sends everything on one thread,
 * which also connects: a host that drops packets, asked for the ring each second, would
 * take that thread for a second each time. Here connecting is done apart, address by
 * address; what is for an address that cannot be reached is lost, and sent again by the
 * protocols above where it matters.
 */
final class RingTransport extends TCP {

    /** What may wait for one connection to be made. */
    private static final int MAX_WAITING = 128;

    private static final long CLOSE_AFTER = 500;

    /** All members are told of a new key at once, and connect within two seconds. */
    private static final long REPLACED_WITHIN = 3_000;

    private final CompletableFuture<Void> listening;

    private final Failures failures;

    private final Set<Connection> endedHere = Collections
        .synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final LongAdder bytesOut = new LongAdder();

    private final Map<PhysicalAddress, Connecting> connecting = new ConcurrentHashMap<>();

    /**
     * @param listening completed when the port is ours
     * @param sockets of which all its connections are
     */
    RingTransport(CompletableFuture<Void> listening, Failures failures, RingSockets sockets) {
        this.listening = listening;
        this.failures = failures;
        setSocketFactory(sockets);
    }

    @Override
    public void start() throws Exception {
        super.start();
        this.listening.complete(null);
    }

    /** All that JGroups sends, heartbeats and headers included. */
    long bytesOut() {
        return this.bytesOut.sum();
    }

    @Override
    public void sendUnicast(PhysicalAddress to, byte[] data, int offset, int length) throws Exception {
        this.bytesOut.add(length);
        if (!this.connecting.containsKey(to) && this.srv.connectionEstablishedTo(to)) {
            this.srv.send(to, data, offset, length);
            return;
        }
        byte[] copy = Arrays.copyOfRange(data, offset, offset + length);
        Connecting[] begun = new Connecting[1];
        this.connecting.compute(to, (address, underWay) -> {
            if (underWay == null) {
                begun[0] = new Connecting(address);
                begun[0].waiting.add(copy);
                return begun[0];
            }
            if (underWay.waiting.size() < MAX_WAITING) {
                underWay.waiting.add(copy);
            }
            return underWay;
        });
        if (begun[0] != null && !getThreadPool().execute(begun[0])) {
            this.connecting.remove(to);
        }
    }

    /**
     * A message to an address and not to a member is for whoever listens there: we may
     * have more addresses than the one we advertise.
     */
    @Override
    public boolean unicastDestMismatch(Address to) {
        return !(to instanceof PhysicalAddress) && super.unicastDestMismatch(to);
    }

    /**
     * Lets searches of other clusters through to {@link PeerDiscovery}, which turns them
     * away with more to say.
     */
    @Override
    public void passMessageUp(Message message, boolean matchCluster, boolean multicast, boolean discardOwn) {
        boolean search = message.getHeader(ClassConfigurator.getProtocolId(PeerDiscovery.class)) != null;
        super.passMessageUp(message, matchCluster && !search, multicast, discardOwn);
    }

    /**
     * Closes connections to those that left, a moment later, when last words are through,
     * and not on this thread, which delivers the view: to close one in order is to write
     * to it, and a member that hangs reads nothing.
     */
    @Override
    public void retainAll(Collection<Address> members) {
        this.srv.forAllConnections((peer, connection) -> {
            if (!isMember(peer)) {
                getTimer().schedule(() -> {
                    if (!isMember(peer)) {
                        this.srv.closeConnection(connection, false);
                    }
                }, CLOSE_AFTER, TimeUnit.MILLISECONDS, true);
            }
        });
    }

    private boolean isMember(Address peer) {
        return this.is_member.test((PhysicalAddress) peer);
    }

    /** Closes the connection to this address, in order. */
    void close(IpAddress address) {
        this.srv.closeConnection(address, false);
    }

    /**
     * Makes all connections anew, so that both ends prove themselves again, and ends
     * those that cannot be. The new one is there before the old one ends: without any,
     * members of a busy machine take each other for dead, and miss what was said last. Of
     * two members the one with the greater address calls, because JGroups lets its call
     * replace a connection that is there; the other one waits a moment for that.
     */
    void reconnect() {
        this.srv.forAllConnections((peer, connection) -> {
            if (this.srv.localAddress().compareTo(peer) > 0) {
                getTimer().execute(() -> replace((IpAddress) peer, connection), true);
            }
            else {
                getTimer().schedule(() -> end(connection), REPLACED_WITHIN, TimeUnit.MILLISECONDS, true);
            }
        });
    }

    private void replace(IpAddress peer, Connection before) {
        try {
            Connection renewed = new TcpConnectionNonBlocking(peer, this.srv, maxSendQueue())
                .useLockToSend(useLockToSend());
            this.srv.handleOutgoingConnection(peer, renewed);
        }
        catch (Exception ex) {
            this.failures.failed(new InetSocketAddress(peer.getIpAddress(), peer.getPort()), ex);
            end(before);
        }
    }

    private void end(Connection connection) {
        if (!connection.isClosed()) {
            this.endedHere.add(connection);
            this.srv.closeConnection(connection, false);
        }
    }

    /**
     * Suspects whoever ended his connection, but not because we ended it, nor when both
     * called each other at once and one of the two connections was given up.
     */
    @Override
    public void connectionClosed(Connection connection) {
        boolean ours = this.endedHere.remove(connection);
        if (!ours && !this.srv.connectionEstablishedTo(connection.peerAddress())) {
            super.connectionClosed(connection);
        }
    }

    /**
     * Closes all connections at once, without a word, as the end of this process would.
     */
    void cut() {
        this.srv.clearConnections(false);
    }

    /** What could not be reached, and why. */
    @FunctionalInterface
    interface Failures {

        void failed(InetSocketAddress address, Exception why);

    }

    /** Makes one connection and sends what waited for it, in order. */
    private final class Connecting implements Runnable {

        private final PhysicalAddress to;

        /** Changed within {@code compute} of the map only. */
        private final Queue<byte[]> waiting = new ArrayDeque<>();

        Connecting(PhysicalAddress to) {
            this.to = to;
        }

        @Override
        public void run() {
            byte[][] next = new byte[1][];
            while (true) {
                next[0] = null;
                RingTransport.this.connecting.compute(this.to, (address, self) -> {
                    next[0] = this.waiting.poll();
                    return (next[0] != null) ? this : null;
                });
                if (next[0] == null) {
                    return;
                }
                try {
                    RingTransport.this.srv.send(this.to, next[0], 0, next[0].length);
                }
                catch (Exception ex) {
                    RingTransport.this.connecting.remove(this.to);
                    if (this.to instanceof IpAddress ip) {
                        RingTransport.this.failures.failed(new InetSocketAddress(ip.getIpAddress(), ip.getPort()), ex);
                    }
                    return;
                }
            }
        }

    }

}
