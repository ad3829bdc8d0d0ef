package dev.muster.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import dev.muster.key.NodeKey;
import dev.muster.key.Signatures;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;
import org.awaitility.Awaitility;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.ProtocolStack;
import org.jspecify.annotations.Nullable;

/** A member with everything it heard, and verbs for trouble. */
final class TestNode implements AutoCloseable {

    static final Timings QUICK = new Timings(Duration.ofSeconds(1), Duration.ofMillis(1500), Duration.ofMillis(250),
            Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(2),
            Duration.ofMillis(100));

    private static final AtomicLong STARTS = new AtomicLong(1);

    final RingConfig config;

    final NodeKey key;

    final JGroupsRing ring;

    final List<String> received = new CopyOnWriteArrayList<>();

    final List<RingView> views = new CopyOnWriteArrayList<>();

    final List<IdConflict> conflicts = new CopyOnWriteArrayList<>();

    private TestNode(RingConfig config, NodeKey key, Peers.Names names) {
        this.config = config;
        this.key = key;
        this.ring = new JGroupsRing(config, key, new Signatures(), new RingListener() {

            @Override
            public void received(MemberId from, byte[] message) {
                TestNode.this.received
                    .add(from.hex().substring(0, 4) + ":" + new String(message, StandardCharsets.UTF_8));
            }

            @Override
            public void changed(RingView view) {
                TestNode.this.views.add(view);
            }

            @Override
            public void gaveWay(IdConflict conflict) {
                TestNode.this.conflicts.add(conflict);
            }

        }, names);
    }

    static NodeKey newKey() {
        return NodeKey.generate(new SecureRandom());
    }

    static RingConfig.Self self(String name) {
        long start = STARTS.getAndIncrement();
        return new RingConfig.Self(name, Map.of("zone", "a"), start, "%016x".formatted(start));
    }

    static Endpoint free(String host) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return new Endpoint(host, socket.getLocalPort());
        }
        catch (IOException ex) {
            throw new IllegalStateException("No free port on " + host, ex);
        }
    }

    static RingConfig tcp(String name, Endpoint at, Endpoint... peers) {
        return new RingConfig("test", at, at, List.of(peers), self(name), null, RingConfig.Transport.TCP, QUICK,
                RingConfig.Limits.DEFAULT, Optional.empty());
    }

    /** The same, for a ring that loses nobody because its machine is busy. */
    static RingConfig patient(RingConfig config) {
        Timings patient = new Timings(QUICK.join(), Duration.ofSeconds(30), QUICK.heartbeat(), Duration.ofSeconds(10),
                QUICK.mergeMin(), QUICK.mergeMax(), QUICK.takeOver(), QUICK.acquaint());
        return new RingConfig(config.ring(), config.bind(), config.advertise(), config.peers(), config.self(),
                config.memory(), config.transport(), patient, config.limits(), config.credentials());
    }

    static RingConfig local(String ring, String name) {
        Endpoint at = new Endpoint("127.0.0.2", Math.toIntExact(10000 + STARTS.get()));
        return new RingConfig(ring, at, at, List.of(), self(name), null, RingConfig.Transport.SHARED_LOOPBACK, QUICK,
                RingConfig.Limits.DEFAULT, Optional.empty());
    }

    static RingConfig with(RingConfig config, String ring, @Nullable Path memory) {
        return new RingConfig(ring, config.bind(), config.advertise(), config.peers(), config.self(), memory,
                config.transport(), config.timings(), config.limits(), Optional.empty());
    }

    static TestNode start(RingConfig config) {
        return start(config, newKey());
    }

    static TestNode start(RingConfig config, NodeKey key) {
        return start(config, key, Endpoint::resolve);
    }

    static TestNode start(RingConfig config, NodeKey key, Peers.Names names) {
        TestNode node = new TestNode(config, key, names);
        try {
            node.ring.start();
        }
        catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
        return node;
    }

    MemberId id() {
        return this.key.id();
    }

    boolean sees(TestNode... others) {
        return this.ring.view().members().size() == others.length + 1
                && Arrays.stream(others).allMatch((other) -> this.ring.view().has(other.id()));
    }

    static void together(TestNode... nodes) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(2)).until(() -> {
            for (TestNode node : nodes) {
                TestNode[] others = Arrays.stream(nodes).filter((other) -> other != node).toArray(TestNode[]::new);
                if (!node.sees(others)) {
                    return false;
                }
            }
            return true;
        });
    }

    void broadcast(String text) {
        this.ring.broadcast(text.getBytes(StandardCharsets.UTF_8));
    }

    boolean send(TestNode to, String text) {
        return this.ring.send(to.id(), text.getBytes(StandardCharsets.UTF_8));
    }

    String said(String text) {
        return id().hex().substring(0, 4) + ":" + text;
    }

    /** What the end of its process would do: all connections closed without a word. */
    void kill() {
        ProtocolStack stack = this.ring.channel().getProtocolStack();
        drop();
        ((TCP) stack.getTransport()).clearConnections(false);
    }

    /** With whom it could speak at once. */
    int connections() {
        return ((TCP) this.ring.channel().getProtocolStack().getTransport()).getOpenConnections();
    }

    /** It neither hears nor says anything any more. */
    void drop() {
        discard().discardAll(true);
    }

    void cutFrom(TestNode... others) {
        for (TestNode other : others) {
            discard().addIgnoredMembers(other.ring.channel().getAddress());
            other.discard().addIgnoredMembers(this.ring.channel().getAddress());
        }
    }

    void heal() {
        discard().discardAll(false);
        discard().resetIgnoredMembers();
    }

    private DISCARD discard() {
        ProtocolStack stack = this.ring.channel().getProtocolStack();
        DISCARD there = stack.findProtocol(DISCARD.class);
        if (there != null) {
            return there;
        }
        try {
            DISCARD made = new DISCARD();
            made.setAddress(this.ring.channel().getAddress());
            stack.insertProtocol(made, ProtocolStack.Position.ABOVE, stack.getTransport().getClass());
            return made;
        }
        catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    @Override
    public void close() {
        this.ring.close();
    }

}
