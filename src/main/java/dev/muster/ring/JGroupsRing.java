package dev.muster.ring;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.jgroups.JChannel;
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

    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    /** How often the file of peers is looked at. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int REPORTED_ONCE = 1000;

    private final RingConfig config;

    private final RingListener listener;

    private final Hello self;

    private final Introductions introductions;

    private final AddressMemory memory;

    private final Peers.Names names;

    private final @Nullable PeerFile peerFile;

    private final Counters counters = new Counters();

    private final Outbox broadcasts;

    private final Outbox unicasts;

    private final Outbox urgent;

    private final ScheduledThreadPoolExecutor loop;

    private final ThreadPoolExecutor lookups;

    /** Whom a warning was written about; only on the loop. */
    private final Set<String> reported = new LinkedHashSet<>();

    private volatile Reach reach;

    private volatile @Nullable Network network;

    private volatile boolean peerSeen;

    /**
     * A ring that has not started yet.
     * @param signer signs as this member
     * @param verifier checks what others signed
     */
    public JGroupsRing(RingConfig config, Fact.Signer signer, Fact.Verifier verifier, RingListener listener) {
        this(config, signer, verifier, listener, Endpoint::resolve);
    }

    /**
     * @param names asks what a peer means now
     */
    JGroupsRing(RingConfig config, Fact.Signer signer, Fact.Verifier verifier, RingListener listener,
            Peers.Names names) {
        this.names = names;
        this.peerFile = config.peerFile().map(PeerFile::new).orElse(null);
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
        this.urgent = new Outbox("muster-ring-urgent", config.limits(), this::transmitUrgent);
        this.loop = new ScheduledThreadPoolExecutor(1, threads("muster-ring"), new ThreadPoolExecutor.DiscardPolicy());
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
        Network started = new Network(this.config, this.self.address(), this.memory.load(), this.names, this.lookups,
                new NetworkEvents());
        this.network = started;
        if (this.peerFile != null) {
            this.peerFile.look().ifPresent(started::peers);
            lookAtPeerFile(this.peerFile, started);
        }
        try {
            started.start();
        }
        catch (IOException ex) {
            close();
            throw ex;
        }
        this.broadcasts.start();
        this.unicasts.start();
        this.urgent.start();
        execute(this.introductions::start);
    }

    private void lookAtPeerFile(PeerFile file, Network used) {
        this.loop.schedule(() -> this.lookups.execute(() -> {
            guarded(() -> file.look().ifPresent(used::peers));
            lookAtPeerFile(file, used);
        }), LOOK.toMillis(), TimeUnit.MILLISECONDS);
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

    /**
     * To one member, past everything else that waits to be sent; for few and small
     * messages that are worth nothing when they are late. They may come in any order; a
     * member that is not present loses them.
     * @return false when too many of them wait already; nothing was taken then
     */
    public boolean urge(MemberId to, byte[] message) {
        Address address = this.reach.addresses.get(to);
        return address == null || this.urgent.offer(address, Frame.encode(Frame.Kind.URGENT, message));
    }

    @Override
    public boolean congested() {
        return this.broadcasts.congested();
    }

    private void transmit(@Nullable Address to, byte[] bytes) throws Exception {
        Network used = this.network;
        if (used != null) {
            used.send(to, bytes);
            count(bytes);
        }
    }

    private void transmitUrgent(@Nullable Address to, byte[] bytes) throws Exception {
        Network used = this.network;
        if (used != null && to != null) {
            used.urge(to, bytes);
            count(bytes);
        }
    }

    private void count(byte[] bytes) {
        this.counters.messagesOut.increment();
        this.counters.bytesOut.add(bytes.length);
    }

    /** How the ring is now; any thread, without waiting. */
    public RingStatus status() {
        Reach now = this.reach;
        Network used = this.network;
        return new RingStatus(now.view.members().size(), now.unacquainted, now.viewId,
                used != null && used.peersGiven(), this.peerSeen, now.settled,
                this.broadcasts.size() + this.unicasts.size(), this.counters.messagesOut.sum(),
                this.counters.bytesOut.sum(), this.counters.messagesIn.sum(), this.counters.bytesIn.sum(),
                (used != null) ? used.wireBytesOut() : 0, this.counters.dropped.sum(), this.counters.rejected.sum(),
                (used != null) ? used.suspected() : 0, this.counters.merges.sum(),
                (used != null) ? used.lastConnectError() : null, (used != null) ? used.peerStatuses() : List.of());
    }

    /**
     * Proves itself with other keys from now on, and accepts others.
     * @throws IllegalStateException when this ring has been without a key, or has not
     * started
     */
    public void change(RingCredentials credentials) {
        Network used = this.network;
        if (used == null) {
            throw new IllegalStateException("The ring has not started");
        }
        used.change(credentials);
        log.info("Ring keys changed: ring={} active={} accepted={}", this.config.ring(), credentials.active(),
                credentials.accepted());
    }

    /** Who is present now; any thread, without waiting. */
    public RingView view() {
        return this.reach.view;
    }

    private void rejected(String address, String why) {
        this.counters.rejected.increment();
        if (this.reported.size() < REPORTED_ONCE && this.reported.add(address)) {
            log.warn("Node rejected: address={} ring={} reason=\"{}\"", address, this.config.ring(), why);
        }
    }

    /**
     * Leaves the ring, which tells the others at once, and stops. Waits for that a few
     * seconds at most, however the others behave.
     */
    @Override
    public void close() {
        this.broadcasts.close(LAST_WORDS);
        this.unicasts.close(LAST_WORDS);
        this.urgent.close(LAST_WORDS);
        Network used = this.network;
        if (used != null) {
            used.close();
        }
        this.loop.shutdownNow();
        this.lookups.shutdown();
    }

    /** For tests that cut and heal. */
    JChannel channel() {
        Network used = this.network;
        if (used == null) {
            throw new IllegalStateException("The ring has not started");
        }
        return used.channel();
    }

    /** What other threads need of who is present. */
    private record Reach(RingView view, Map<MemberId, Address> addresses, String viewId, int size, int unacquainted,
            boolean settled) {
    }

    private final class NetworkEvents implements Network.Events {

        @Override
        public void received(Address from, byte[] bytes, int offset, int length) {
            JGroupsRing.this.counters.messagesIn.increment();
            JGroupsRing.this.counters.bytesIn.add(length);
            try {
                Frame frame = Frame.decode(bytes, offset, length);
                execute(() -> JGroupsRing.this.introductions.received(from, frame));
            }
            catch (MalformedHelloException ex) {
                rejected(from.toString(), String.valueOf(ex.getMessage()));
            }
        }

        @Override
        public void viewChanged(String id, List<Address> members, boolean merged) {
            if (merged) {
                JGroupsRing.this.counters.merges.increment();
            }
            execute(() -> {
                Network used = JGroupsRing.this.network;
                if (used != null) {
                    used.adapt(members.size());
                }
                Reach before = JGroupsRing.this.reach;
                JGroupsRing.this.reach = new Reach(before.view, before.addresses, id, members.size(),
                        before.unacquainted, before.settled);
                JGroupsRing.this.introductions.viewChanged(members);
            });
        }

        @Override
        public void refused(String address) {
            execute(() -> JGroupsRing.this.introductions.refused(address));
        }

        @Override
        public void rejected(String address, String why) {
            execute(() -> JGroupsRing.this.rejected(address, why));
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
        public void deliverUrgent(MemberId from, byte[] message) {
            JGroupsRing.this.listener.urgent(from, message);
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
                remember(view);
                JGroupsRing.this.listener.changed(view);
            }
        }

        private void report(RingView before, RingView now) {
            String joined = names(now, before);
            String left = names(before, now);
            if (!joined.equals(left)) {
                log.info("Ring changed: members={} joined={} left={}", now.members().size(), joined, left);
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

        private void remember(RingView view) {
            Set<Endpoint> others = view.members()
                .values()
                .stream()
                .filter((peer) -> !peer.id().equals(JGroupsRing.this.self.id()))
                .map((peer) -> Endpoint.parse(peer.address(), 1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
            if (!others.isEmpty()) {
                JGroupsRing.this.lookups.execute(() -> JGroupsRing.this.memory.remember(others));
            }
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
            JGroupsRing.this.rejected((used != null) ? used.describe(from) : from.toString(), why);
        }

        @Override
        public void dropped(int messages) {
            JGroupsRing.this.counters.dropped.add(messages);
        }

    }

}
