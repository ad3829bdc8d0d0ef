package dev.muster.ring;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import dev.muster.rumor.Fact;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Ring;
import dev.muster.rumor.RingView;
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
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ring of JGroups. Everything it decides is decided on one thread of its own; sending
 * is done on two others, one for broadcasts, which may have to wait until a slow member
 * has caught up, and one for messages to one member, which never do. Nothing that others
 * call waits, but {@link #start} and {@link #close}.
 *
 * <p>
 * Unicasts bypass flow control but are not out of band, for JGroups delivers those in any
 * order.
 */
public final class JGroupsRing implements Ring, AutoCloseable {

    static {
        // Read once, when JGroups first meets a Java object in a message. Ours hold none,
        // and whoever sends one means harm.
        if (System.getProperty("jgroups.deserialization.filter") == null) {
            System.setProperty("jgroups.deserialization.filter", "!*");
        }
    }

    private static final Logger log = LoggerFactory.getLogger(JGroupsRing.class);

    private static final String CLUSTER = "muster-";

    private static final Duration RETRY_CONNECT = Duration.ofSeconds(2);

    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    private static final Duration LEAVE = Duration.ofSeconds(3);

    private static final int REPORTED_ONCE = 1000;

    private final RingConfig config;

    private final RingListener listener;

    private final Hello self;

    private final Introductions introductions;

    private final AddressMemory memory;

    private final Counters counters = new Counters();

    private final Outbox broadcasts;

    private final Outbox unicasts;

    private final ScheduledThreadPoolExecutor loop;

    private final ThreadPoolExecutor lookups;

    private final CountDownLatch closed = new CountDownLatch(1);

    /** Whom a warning was written about; only on the loop. */
    private final Map<String, Boolean> reported = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REPORTED_ONCE;
        }

    };

    private volatile Reach reach;

    private volatile @Nullable Network network;

    private volatile boolean peerSeen;

    /**
     * A ring that has not started yet.
     * @param signer signs as this member
     * @param verifier checks what others signed
     */
    public JGroupsRing(RingConfig config, Fact.Signer signer, Fact.Verifier verifier, RingListener listener) {
        this.config = config;
        this.listener = listener;
        // Addresses are ordered by when their process started: after a merge JGroups lets
        // the lowest lead, and that is better the oldest than anyone.
        UUID address = new UUID(System.currentTimeMillis(), Long.parseUnsignedLong(config.self().nonce(), 16));
        this.self = Hello.create(address, config, signer);
        this.reach = new Reach(RingView.of(List.of(this.self.peer())), Map.of(), "", 1, 0, false);
        this.introductions = new Introductions(this.self, config, verifier, new Surroundings());
        this.memory = new AddressMemory(config.memory());
        this.broadcasts = new Outbox("muster-ring-broadcasts", config.limits(), this::transmit);
        this.unicasts = new Outbox("muster-ring-unicasts", config.limits(), this::transmit);
        this.loop = new ScheduledThreadPoolExecutor(1, threads("muster-ring"), new ThreadPoolExecutor.DiscardPolicy());
        this.loop.setRemoveOnCancelPolicy(true);
        this.lookups = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                threads("muster-ring-lookups"), new ThreadPoolExecutor.DiscardPolicy());
    }

    private static ThreadFactory threads(String name) {
        return (task) -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Begins to listen, and to look for the ring beside it: until it is found, this
     * member is alone, which is what the listener hears first.
     * @throws ListenFailedException when the gossip address cannot be listened on; then
     * nothing has happened
     * @throws IOException when an address cannot be resolved or JGroups cannot start
     */
    public void start() throws IOException {
        CompletableFuture<Void> listening = new CompletableFuture<>();
        Network started = network(listening);
        this.network = started;
        Thread connecting = new Thread(() -> connect(started, listening), "muster-ring-connect");
        connecting.setDaemon(true);
        connecting.start();
        try {
            listening.get();
        }
        catch (ExecutionException ex) {
            close();
            Throwable why = ex.getCause();
            if (this.config.transport() == RingConfig.Transport.TCP) {
                throw listenFailed(started.addresses, why);
            }
            throw new IOException("The ring cannot start: " + why.getMessage(), why);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            close();
            throw new IOException("Interrupted while the ring started", ex);
        }
        this.broadcasts.start();
        this.unicasts.start();
        execute(this.introductions::start);
    }

    private Network network(CompletableFuture<Void> listening) throws IOException {
        Addresses addresses = Addresses.resolve(this.config);
        Peers peers = new Peers(this.config, addresses.bind(), addresses.advertise(), Endpoint::resolve,
                System::nanoTime);
        List<Protocol> protocols;
        @Nullable RingTransport transport = null;
        @Nullable PeerDiscovery discovery = null;
        if (this.config.transport() == RingConfig.Transport.TCP) {
            peers.remember(this.memory.load());
            transport = new RingTransport(listening, (address, why) -> unreachable(peers, address, why));
            discovery = new PeerDiscovery(peers, this.lookups, this::otherRing);
            protocols = Stack.overTcp(transport, addresses, discovery, this.config.timings());
        }
        else {
            protocols = Stack.inThisJvm(this.config.timings());
        }
        try {
            JChannel channel = new JChannel(protocols);
            channel.addAddressGenerator(this.self::address);
            channel.setName(this.config.self().name());
            channel.setReceiver(new ChannelReceiver());
            return new Network(addresses, channel, peers, transport, discovery);
        }
        catch (Exception ex) {
            throw new IOException("The ring cannot start: " + ex.getMessage(), ex);
        }
    }

    /** JGroups says that no port is free; the system says why. */
    private ListenFailedException listenFailed(Addresses addresses, Throwable why) {
        String reason = String.valueOf(why.getMessage());
        try (ServerSocket attempt = new ServerSocket()) {
            attempt.bind(addresses.bind());
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
    private void connect(Network started, CompletableFuture<Void> listening) {
        boolean connected = false;
        while (!connected && this.closed.getCount() > 0) {
            try {
                if (this.config.transport() == RingConfig.Transport.SHARED_LOOPBACK) {
                    listening.complete(null);
                }
                started.channel.connect(CLUSTER + this.config.ring());
                connected = true;
            }
            catch (Exception ex) {
                if (listening.completeExceptionally(ex)) {
                    return;
                }
                log.warn("Ring not joined, tried again: ring={} reason={}", this.config.ring(), ex.toString());
                connected = closedWithin(RETRY_CONNECT);
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

    private void execute(Runnable task) {
        this.loop.execute(() -> guarded(task));
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        }
        catch (RuntimeException ex) {
            log.error("Ring task failed", ex);
        }
    }

    @Override
    public boolean broadcast(byte[] message) {
        Reach now = this.reach;
        if (!now.settled || now.size < 2) {
            return true;
        }
        return this.broadcasts.offer(null, Frame.encode(Frame.Kind.MESSAGE, message));
    }

    @Override
    public boolean send(MemberId to, byte[] message) {
        Address address = this.reach.addresses.get(to);
        return address == null || this.unicasts.offer(address, Frame.encode(Frame.Kind.MESSAGE, message));
    }

    @Override
    public boolean congested() {
        return this.broadcasts.congested();
    }

    private void transmit(@Nullable Address to, byte[] bytes) throws Exception {
        Network used = this.network;
        if (used == null) {
            return;
        }
        Message message = new BytesMessage(to, bytes);
        if (to == null) {
            message.setFlag(Message.TransientFlag.DONT_LOOPBACK);
        }
        else {
            message.setFlag(Message.Flag.NO_FC);
        }
        used.channel.send(message);
        this.counters.messagesOut.increment();
        this.counters.bytesOut.add(bytes.length);
    }

    /** How the ring is now; any thread, without waiting. */
    public RingStatus status() {
        Reach now = this.reach;
        Network used = this.network;
        long suspected = 0;
        if (used != null) {
            FD_ALL3 silence = used.channel.getProtocolStack().findProtocol(FD_ALL3.class);
            suspected = silence.getSuspectEventsSent()
                    + ((used.transport != null) ? used.transport.numSuspectEvents() : 0);
        }
        return new RingStatus(now.view.members().size(), now.unacquainted, now.viewId,
                used != null && used.peers.given(), this.peerSeen, now.settled,
                this.broadcasts.size() + this.unicasts.size(), this.counters.messagesOut.sum(),
                this.counters.bytesOut.sum(), this.counters.messagesIn.sum(), this.counters.bytesIn.sum(),
                this.counters.dropped.sum(), this.counters.rejected.sum(), suspected, this.counters.merges.sum(),
                (used != null) ? used.peers.lastError() : null);
    }

    /** Who is present now; any thread, without waiting. */
    public RingView view() {
        return this.reach.view;
    }

    private void unreachable(Peers peers, InetSocketAddress address, Exception why) {
        peers.failed(address, String.valueOf(why.getMessage()));
        if (why instanceof ConnectException) {
            execute(() -> this.introductions.refused(Endpoint.of(address).toString()));
        }
    }

    private void otherRing(String address, String cluster) {
        String ring = cluster.startsWith(CLUSTER) ? cluster.substring(CLUSTER.length()) : cluster;
        execute(() -> rejected(address, "it is of ring " + ring));
    }

    private void rejected(String address, String why) {
        this.counters.rejected.increment();
        if (this.reported.putIfAbsent(address, true) == null) {
            log.warn("Node rejected: address={} ring={} reason=\"{}\"", address, this.config.ring(), why);
        }
    }

    /**
     * Leaves the ring, which tells the others at once, and stops. Waits for that a few
     * seconds at most, however the others behave.
     */
    @Override
    public void close() {
        this.closed.countDown();
        Network used = this.network;
        if (used != null) {
            if (used.discovery != null) {
                used.discovery.abandon();
            }
            this.broadcasts.close(LAST_WORDS.toMillis());
            this.unicasts.close(LAST_WORDS.toMillis());
            leave(used);
        }
        this.loop.shutdownNow();
        this.lookups.shutdown();
    }

    private void leave(Network used) {
        Thread leaving = new Thread(used.channel::close, "muster-ring-leave");
        leaving.setDaemon(true);
        leaving.start();
        try {
            leaving.join(LEAVE.toMillis());
            if (leaving.isAlive() && used.transport != null) {
                // A member that hangs does not even read that we go.
                log.warn("Ring left without an answer: ring={} seconds={}", this.config.ring(), LEAVE.toSeconds());
                used.transport.cut();
                leaving.join(LEAVE.toMillis());
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** For tests that cut and heal. */
    JChannel channel() {
        Network used = this.network;
        if (used == null) {
            throw new IllegalStateException("The ring has not started");
        }
        return used.channel;
    }

    /** What other threads need of who is present. */
    private record Reach(RingView view, Map<MemberId, Address> addresses, String viewId, int size, int unacquainted,
            boolean settled) {
    }

    /** What exists once started. */
    private record Network(Addresses addresses, JChannel channel, Peers peers, @Nullable RingTransport transport,
            @Nullable PeerDiscovery discovery) {
    }

    /** Called on threads of JGroups, which must not wait. */
    private final class ChannelReceiver implements Receiver {

        @Override
        public void receive(Message message) {
            JGroupsRing.this.counters.messagesIn.increment();
            JGroupsRing.this.counters.bytesIn.add(message.getLength());
            Address from = message.getSrc();
            try {
                Frame frame = Frame.decode(message.getArray(), message.getOffset(), message.getLength());
                execute(() -> JGroupsRing.this.introductions.received(from, frame));
            }
            catch (MalformedHelloException ex) {
                execute(() -> rejected(String.valueOf(from), String.valueOf(ex.getMessage())));
            }
        }

        @Override
        public void viewAccepted(View view) {
            List<Address> members = List.copyOf(view.getMembers());
            String id = view.getViewId().toString();
            if (view instanceof MergeView) {
                JGroupsRing.this.counters.merges.increment();
            }
            execute(() -> {
                MERGE3 merge = channel().getProtocolStack().findProtocol(MERGE3.class);
                Stack.adapt(merge, members.size(), JGroupsRing.this.config.timings());
                Reach before = JGroupsRing.this.reach;
                JGroupsRing.this.reach = new Reach(before.view, before.addresses, id, members.size(),
                        before.unacquainted, before.settled);
                JGroupsRing.this.introductions.viewChanged(members);
            });
        }

    }

    /** What the introductions need, all on the loop. */
    private final class Surroundings implements Introductions.Outside {

        @Override
        public void send(Address to, Frame frame) {
            JGroupsRing.this.unicasts.add(to, frame.encode());
        }

        @Override
        public void after(Duration delay, Runnable task) {
            JGroupsRing.this.loop.schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void deliver(MemberId from, byte[] message) {
            JGroupsRing.this.listener.received(from, message);
        }

        @Override
        public void present(RingView view, Map<MemberId, Address> addresses, boolean changed) {
            Reach before = JGroupsRing.this.reach;
            JGroupsRing.this.reach = new Reach(view, Map.copyOf(addresses), before.viewId, before.size,
                    JGroupsRing.this.introductions.unacquainted(), JGroupsRing.this.introductions.settled());
            if (!addresses.isEmpty()) {
                JGroupsRing.this.peerSeen = true;
            }
            if (changed) {
                report(before.view, view);
                JGroupsRing.this.listener.changed(view);
            }
        }

        private void report(RingView before, RingView now) {
            Collection<RingView.Peer> others = now.members().values();
            String joined = names(now, before);
            String left = names(before, now);
            if (!joined.equals(left)) {
                log.info("Ring changed: members={} joined={} left={}", now.members().size(), joined, left);
            }
            Set<Endpoint> addresses = new LinkedHashSet<>();
            for (RingView.Peer peer : others) {
                if (!peer.id().equals(JGroupsRing.this.self.id())) {
                    addresses.add(Endpoint.parse(peer.address(), 1));
                }
            }
            if (!addresses.isEmpty()) {
                JGroupsRing.this.lookups.execute(() -> JGroupsRing.this.memory.remember(addresses));
            }
        }

        private String names(RingView of, RingView without) {
            return of.members()
                .values()
                .stream()
                .filter((peer) -> !without.has(peer.id()))
                .map((peer) -> peer.name() + "@" + peer.address())
                .collect(Collectors.joining(",", "[", "]"));
        }

        @Override
        public void gaveWay(IdConflict conflict) {
            log.warn("Id held by another node: member={} ours={} theirs={}", conflict.id(), conflict.ours(),
                    conflict.theirs());
            JGroupsRing.this.listener.gaveWay(conflict);
        }

        @Override
        public void rejected(Address from, String why) {
            Network used = JGroupsRing.this.network;
            Object physical = (used != null && used.transport != null)
                    ? used.transport.getPhysicalAddressFromCache(from) : null;
            JGroupsRing.this.rejected(String.valueOf((physical != null) ? physical : from), why);
        }

        @Override
        public void dropped(int messages) {
            JGroupsRing.this.counters.dropped.add(messages);
        }

    }

}
