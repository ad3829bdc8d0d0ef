package dev.muster.ring;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.MERGE3;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channel of JGroups: bytes to addresses, and which addresses there are. */
final class Network {

    private static final Logger log = LoggerFactory.getLogger(Network.class);

    private static final String CLUSTER = "muster-";

    private static final Duration RETRY_CONNECT = Duration.ofSeconds(2);

    private static final Duration LEAVE = Duration.ofSeconds(3);

    private final RingConfig config;

    private final Events events;

    private final Addresses addresses;

    private final Peers peers;

    private final JChannel channel;

    private final RingDoor door;

    private final @Nullable RingTransport transport;

    private final @Nullable PeerDiscovery discovery;

    private final CompletableFuture<Void> listening = new CompletableFuture<>();

    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * A channel that is not connected yet.
     * @param address by which other channels know this one
     * @param remembered members of before
     * @param names asks what a peer means now
     * @param lookups one thread that may wait for the name service and for the disk
     * @throws IOException when an address cannot be resolved or JGroups refuses its stack
     */
    Network(RingConfig config, Address address, List<Endpoint> remembered, Peers.Names names, Executor lookups,
            Events events) throws IOException {
        this.config = config;
        this.events = events;
        this.addresses = Addresses.resolve(config);
        this.peers = new Peers(config, this.addresses.bind(), this.addresses.advertise(), names, System::nanoTime);
        this.peers.remember(remembered);
        this.door = new RingDoor(config.credentials().orElse(null), events::rejected);
        List<Protocol> protocols;
        if (config.transport() == RingConfig.Transport.TCP) {
            this.transport = new RingTransport(this.listening, this::unreachable, new RingSockets(this.door));
            this.discovery = new PeerDiscovery(this.peers, lookups, this::otherRing);
            protocols = Stack.overTcp(this.transport, this.addresses, this.discovery, config.timings());
        }
        else {
            this.transport = null;
            this.discovery = null;
            protocols = Stack.inThisJvm(config.timings());
        }
        try {
            this.channel = new JChannel(protocols);
            this.channel.addAddressGenerator(() -> address);
            this.channel.setName(config.self().name());
            this.channel.setReceiver(new ChannelReceiver());
        }
        catch (Exception ex) {
            throw new IOException("The ring cannot start: " + ex.getMessage(), ex);
        }
    }

    /**
     * Listens, and looks for the ring on a thread of its own.
     * @throws ListenFailedException when the gossip address cannot be listened on
     * @throws IOException when JGroups cannot start
     */
    void start() throws IOException {
        Thread connecting = new Thread(this::connect, "muster-ring-connect");
        connecting.setDaemon(true);
        connecting.start();
        try {
            this.listening.get();
        }
        catch (ExecutionException ex) {
            Throwable why = ex.getCause();
            if (this.transport != null) {
                throw listenFailed(why);
            }
            throw new IOException("The ring cannot start: " + why.getMessage(), why);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the ring started", ex);
        }
    }

    /** JGroups says that no port is free; the system says why. */
    private ListenFailedException listenFailed(Throwable why) {
        String reason = String.valueOf(why.getMessage());
        try (ServerSocket attempt = new ServerSocket()) {
            attempt.bind(this.addresses.bind());
        }
        catch (BindException ex) {
            reason = ex.getMessage();
        }
        catch (IOException ex) {
            reason = ex.toString();
        }
        return new ListenFailedException(this.config.bind(), reason, why);
    }

    /**
     * Returns once this member has joined a ring or made one; searching goes on after.
     */
    private void connect() {
        boolean done = false;
        while (!done) {
            try {
                if (this.transport == null) {
                    this.listening.complete(null);
                }
                this.channel.connect(CLUSTER + this.config.ring());
                done = true;
            }
            catch (Exception ex) {
                done = this.listening.completeExceptionally(ex) || closedWithin(RETRY_CONNECT);
                if (!done) {
                    log.warn("Ring not joined, tried again: ring={} reason={}", this.config.ring(), ex.toString());
                }
            }
        }
    }

    private boolean closedWithin(Duration time) {
        try {
            return this.closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
        catch (InterruptedException ex) {
            return true;
        }
    }

    /**
     * Sends; waits, for everybody, until the slowest member has room.
     * @param to one, or null for everybody else
     * @throws Exception when the channel is closed or the message refused
     */
    void send(@Nullable Address to, byte[] bytes) throws Exception {
        Message message = new BytesMessage(to, bytes);
        if (to == null) {
            message.setFlag(Message.TransientFlag.DONT_LOOPBACK);
        }
        else {
            // A member that hangs gives no credits, and the answers to others must go on.
            message.setFlag(Message.Flag.NO_FC);
        }
        this.channel.send(message);
    }

    /** In any order, and not behind others; never held back by credits. */
    void urge(Address to, byte[] bytes) throws Exception {
        this.channel.send(new BytesMessage(to, bytes).setFlag(Message.Flag.OOB, Message.Flag.NO_FC));
    }

    /** Searches less often where there are many. */
    void adapt(int members) {
        MERGE3 merge = this.channel.getProtocolStack().findProtocol(MERGE3.class);
        Stack.adapt(merge, members, this.config.timings());
    }

    long suspected() {
        FD_ALL3 silence = this.channel.getProtocolStack().findProtocol(FD_ALL3.class);
        return silence.getSuspectEventsSent() + ((this.transport != null) ? this.transport.numSuspectEvents() : 0);
    }

    long wireBytesOut() {
        if (this.transport != null) {
            return this.transport.bytesOut();
        }
        CountedLoopback loopback = this.channel.getProtocolStack().findProtocol(CountedLoopback.class);
        return loopback.bytesOut();
    }

    /** A file names these peers now; where each stands. */
    void peers(Map<Endpoint, String> named) {
        this.peers.file(named);
    }

    List<PeerStatus> peerStatuses() {
        return this.peers.statuses();
    }

    boolean peersGiven() {
        return this.peers.given();
    }

    @Nullable String lastConnectError() {
        return this.peers.lastError();
    }

    /** What people would look for: where a channel is, if that is known. */
    String describe(Address address) {
        Object physical = (this.transport != null) ? this.transport.getPhysicalAddressFromCache(address) : null;
        return String.valueOf((physical != null) ? physical : address);
    }

    /**
     * Proves itself with other keys from now on, and accepts others. When one is no
     * longer accepted, the connections there are are made anew, and are gone a few
     * seconds later where they cannot be.
     * @throws IllegalStateException when this ring has been without a key
     */
    void change(RingCredentials credentials) {
        if (this.door.change(credentials) && this.transport != null) {
            this.transport.reconnect();
        }
    }

    private void unreachable(InetSocketAddress address, Exception why) {
        this.peers.failed(address, String.valueOf(why.getMessage()));
        if (why instanceof RejectedConnectionException) {
            this.events.rejected(Endpoint.of(address).toString(), String.valueOf(why.getMessage()));
        }
        if (why instanceof ConnectException) {
            this.events.refused(Endpoint.of(address).toString());
        }
    }

    private void otherRing(String address, String cluster) {
        String why = "it is of ring " + (cluster.startsWith(CLUSTER) ? cluster.substring(CLUSTER.length()) : cluster);
        this.peers.failed(address, why);
        this.events.rejected(address, why);
    }

    /**
     * Leaves the ring, which tells the others, and stops. Waits a few seconds at most,
     * however the others behave.
     */
    void close() {
        this.closed.countDown();
        if (this.discovery != null) {
            this.discovery.abandon();
        }
        Thread leaving = new Thread(this.channel::close, "muster-ring-leave");
        leaving.setDaemon(true);
        leaving.start();
        try {
            leaving.join(LEAVE.toMillis());
            if (leaving.isAlive() && this.transport != null) {
                // A member that hangs does not even read that we go.
                log.warn("Ring left without an answer: ring={} seconds={}", this.config.ring(), LEAVE.toSeconds());
                this.transport.cut();
                leaving.join(LEAVE.toMillis());
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    JChannel channel() {
        return this.channel;
    }

    /** What comes from the network, on its threads, which must not wait. */
    interface Events {

        void received(Address from, byte[] bytes, int offset, int length);

        void viewChanged(String id, List<Address> members, boolean merged);

        void refused(String address);

        void rejected(String address, String why);

    }

    private final class ChannelReceiver implements Receiver {

        @Override
        public void receive(Message message) {
            Network.this.events.received(message.getSrc(), message.getArray(), message.getOffset(),
                    message.getLength());
        }

        @Override
        public void viewAccepted(View view) {
            Network.this.events.viewChanged(view.getViewId().toString(), List.copyOf(view.getMembers()),
                    view instanceof MergeView);
        }

    }

}
