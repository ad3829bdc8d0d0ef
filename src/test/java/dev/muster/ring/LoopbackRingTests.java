package dev.muster.ring;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.Optional;
import java.util.stream.IntStream;

import dev.muster.key.NodeKey;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.protocols.MERGE3;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LoopbackRingTests {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<TestNode> nodes = new ArrayList<>();

    /** One for each test: these rings share the JVM. */
    private final String ring = "r" + UUID.randomUUID();

    @AfterEach
    void stop() {
        this.nodes.forEach(TestNode::close);
    }

    private TestNode start(String name) {
        return start(TestNode.local(this.ring, name), TestNode.newKey());
    }

    private TestNode start(RingConfig config, NodeKey key) {
        TestNode node = TestNode.start(config, key);
        this.nodes.add(node);
        return node;
    }

    /** Failure detection that never sees anything, so that silence lasts. */
    private static RingConfig blind(RingConfig config) {
        Timings quick = config.timings();
        return new RingConfig(config.ring(), config.bind(), config.advertise(), config.peers(), config.self(), null,
                config.transport(), new Timings(quick.join(), LONG, quick.heartbeat(), quick.verify(), quick.mergeMin(),
                        quick.mergeMax(), quick.takeOver(), quick.acquaint()),
                config.limits(), Optional.empty());
    }

    @Test
    void aCutRingIsOneAgainOnceItIsHealed() {
        TestNode a = start("a");
        TestNode b = start("b");
        TestNode c = start("c");
        TestNode.together(a, b, c);
        c.cutFrom(a, b);
        await().until(() -> a.sees(b) && b.sees(a) && c.sees());
        assertThat(a.ring.status().peerSeen()).isTrue();
        List.of(a, b, c).forEach(TestNode::heal);
        TestNode.together(a, b, c);
        assertThat(a.ring.status().merges()).isPositive();
        c.broadcast("back");
        await().untilAsserted(() -> assertThat(a.received).containsExactly(c.said("back")));
    }

    @Test
    void aMemberThatHangsDoesNotHoldUpUnicasts() {
        TestNode a = start(blind(TestNode.local(this.ring, "a")), TestNode.newKey());
        TestNode b = start(blind(TestNode.local(this.ring, "b")), TestNode.newKey());
        TestNode hung = start(blind(TestNode.local(this.ring, "hung")), TestNode.newKey());
        TestNode.together(a, b, hung);
        hung.drop();
        byte[] large = new byte[256 * 1024];
        await().until(() -> {
            // Until its credits are used up and the queue of broadcasts is full.
            boolean taken = true;
            for (int i = 0; taken && i < 200; i++) {
                taken = a.ring.broadcast(large);
            }
            return !taken;
        });
        assertThat(a.ring.congested()).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(a.ring.send(hung.id(), large)).isTrue();
        }
        List<String> texts = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        assertThat(texts).allMatch((text) -> a.send(b, text));
        List<String> expected = texts.stream().map(a::said).toList();
        await().atMost(Duration.ofSeconds(2)).until(() -> b.received.containsAll(expected));
    }

    @Test
    void aCloneOfAMemberThatAnswersGivesWay() {
        NodeKey key = TestNode.newKey();
        TestNode holder = start(TestNode.local(this.ring, "x"), key);
        TestNode other = start("y");
        TestNode.together(holder, other);
        TestNode clone = start(TestNode.local(this.ring, "x"), key);
        await().until(() -> clone.conflicts.size() == 1);
        assertThat(clone.conflicts.get(0)).isEqualTo(new IdConflict(key.id(), clone.config.advertise().toString(),
                holder.config.advertise().toString(), true));
        assertThat(clone.conflicts.get(0).message()).contains(clone.config.advertise().toString(),
                holder.config.advertise().toString(), key.id().hex());
        clone.broadcast("I am the other one");
        holder.broadcast("I am");
        await().untilAsserted(() -> assertThat(other.received).containsExactly(holder.said("I am")));
        clone.close();
        TestNode.together(holder, other);
        assertThat(holder.conflicts).isEmpty();
        assertThat(clone.views).allMatch((view) -> view.members().size() == 1);
        assertThat(other.views).allMatch((view) -> view.find(key.id())
            .stream()
            .allMatch((peer) -> peer.nonce().equals(holder.config.self().nonce())));
    }

    @Test
    void aNewcomerTakesOverFromAHolderThatStaysSilent() {
        NodeKey key = TestNode.newKey();
        TestNode other = start(blind(TestNode.local(this.ring, "y")), TestNode.newKey());
        TestNode holder = start(blind(TestNode.local(this.ring, "x")), key);
        TestNode.together(holder, other);
        holder.drop();
        long started = System.nanoTime();
        TestNode newcomer = start(blind(TestNode.local(this.ring, "x")), key);
        await().until(() -> newcomer.ring.channel().getView() != null && newcomer.ring.channel().getView().size() == 3);
        assertThat(newcomer.ring.status().settled()).isFalse();
        await().until(() -> newcomer.sees(other));
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(TestNode.QUICK.takeOver());
        assertThat(newcomer.conflicts).isEmpty();
        newcomer.broadcast("mine now");
        await().untilAsserted(() -> assertThat(other.received).containsExactly(newcomer.said("mine now")));
        assertThat(other.ring.view().find(key.id()).orElseThrow().nonce()).isEqualTo(newcomer.config.self().nonce());
    }

    @Test
    void aHelloOfSomebodyElseIntroducesNobody() throws Exception {
        TestNode a = start("a");
        TestNode b = start("b");
        TestNode.together(a, b);
        NodeKey key = TestNode.newKey();
        org.jgroups.util.UUID elsewhere = org.jgroups.util.UUID.randomUUID();
        byte[] stolen = Hello.create(elsewhere, TestNode.local(this.ring, "forger"), key).encoded();
        try (JChannel forger = new JChannel(Stack.inThisJvm(TestNode.QUICK))) {
            forger.connect("muster-" + this.ring);
            await().until(() -> forger.getView().size() == 3);
            forger.send(new BytesMessage(null, Frame.encode(Frame.Kind.HELLO, stolen)));
            forger.send(
                    new BytesMessage(null, Frame.encode(Frame.Kind.MESSAGE, "lies".getBytes(StandardCharsets.UTF_8))));
            forger.send(new BytesMessage(null, new byte[] { 99 }));
            await().until(() -> a.ring.status().rejected() >= 2 && a.ring.status().unacquainted() == 1);
            b.broadcast("truth");
            await().untilAsserted(() -> assertThat(a.received).containsExactly(b.said("truth")));
            assertThat(a.sees(b)).isTrue();
        }
        await().until(() -> a.ring.status().unacquainted() == 0);
        assertThat(a.ring.status().dropped()).isEqualTo(1);
    }

    @Test
    void whatAnUnknownMemberSaysIsHeardOnceItIsIntroduced() throws Exception {
        TestNode a = start("a");
        NodeKey key = TestNode.newKey();
        org.jgroups.util.UUID address = org.jgroups.util.UUID.randomUUID();
        try (JChannel late = new JChannel(Stack.inThisJvm(TestNode.QUICK))) {
            late.addAddressGenerator(() -> address);
            late.connect("muster-" + this.ring);
            await().until(() -> late.getView().size() == 2);
            for (String text : List.of("1", "2", "3")) {
                late.send(new BytesMessage(null,
                        Frame.encode(Frame.Kind.MESSAGE, text.getBytes(StandardCharsets.UTF_8))));
            }
            await().until(() -> a.ring.status().messagesIn() >= 3);
            assertThat(a.received).isEmpty();
            late.send(new BytesMessage(null, Frame.encode(Frame.Kind.HELLO,
                    Hello.create(address, TestNode.local(this.ring, "late"), key).encoded())));
            String prefix = key.id().hex().substring(0, 4);
            await().untilAsserted(
                    () -> assertThat(a.received).containsExactly(prefix + ":1", prefix + ":2", prefix + ":3"));
        }
    }

    @Test
    void manyMembersComeTogether() {
        TestNode[] many = IntStream.range(0, 12).mapToObj((i) -> start("m" + i)).toArray(TestNode[]::new);
        TestNode.together(many);
        many[7].broadcast("all");
        await().until(() -> Arrays.stream(many)
            .filter((node) -> node != many[7])
            .allMatch((node) -> node.received.equals(List.of(many[7].said("all")))));
    }

    @Test
    void aLargeRingLooksForOthersLessOften() {
        MERGE3 merge = new MERGE3();
        Stack.adapt(merge, 30, Timings.DEFAULT);
        assertThat(List.of(merge.getMinInterval(), merge.getMaxInterval())).containsExactly(500L, 1500L);
        Stack.adapt(merge, 31, Timings.DEFAULT);
        assertThat(List.of(merge.getMinInterval(), merge.getMaxInterval())).containsExactly(10_000L, 30_000L);
        Stack.adapt(merge, 3, Timings.DEFAULT);
        assertThat(List.of(merge.getMinInterval(), merge.getMaxInterval())).containsExactly(500L, 1500L);
    }

}
