package dev.muster.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import dev.muster.key.NodeKey;
import dev.muster.key.Signatures;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class TcpRingTests {

    private final List<TestNode> nodes = new ArrayList<>();

    private final Endpoint first = TestNode.free("127.0.0.2");

    private final Endpoint second = TestNode.free("127.0.0.3");

    private final Endpoint third = TestNode.free("127.0.0.4");

    @AfterEach
    void stop() {
        this.nodes.forEach(TestNode::close);
    }

    private TestNode start(RingConfig config) {
        return start(config, TestNode.newKey());
    }

    private TestNode start(RingConfig config, NodeKey key) {
        TestNode node = TestNode.start(config, key);
        this.nodes.add(node);
        return node;
    }

    private static RingConfig patient(RingConfig config) {
        return new RingConfig(config.ring(), config.bind(), config.advertise(), config.peers(), config.self(), null,
                config.transport(), Timings.DEFAULT, config.limits(), Optional.empty());
    }

    @Test
    void whatArrivesComesInTheOrderOfItsSending() {
        TestNode a = start(TestNode.tcp("a", this.first));
        TestNode b = start(TestNode.tcp("b", this.second, this.first));
        TestNode c = start(TestNode.tcp("c", this.third, this.first));
        TestNode.together(a, b, c);
        List<String> texts = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
        texts.forEach(b::broadcast);
        texts.forEach((text) -> a.send(c, text));
        List<String> ofB = texts.stream().map(b::said).toList();
        List<String> ofA = texts.stream().map(a::said).toList();
        await().untilAsserted(() -> assertThat(a.received).isEqualTo(ofB));
        await().untilAsserted(() -> assertThat(c.received).hasSize(1000));
        assertThat(c.received.stream().filter(ofB::contains)).containsExactlyElementsOf(ofB);
        assertThat(c.received.stream().filter(ofA::contains)).containsExactlyElementsOf(ofA);
        assertThat(b.received).isEmpty();
    }

    @Test
    void membersKnowWhatTheOthersSayOfThemselves() {
        TestNode a = start(TestNode.tcp("a", this.first));
        TestNode b = start(TestNode.tcp("b", this.second, this.first));
        TestNode.together(a, b);
        RingConfig.Self said = b.config.self();
        assertThat(a.ring.view().find(b.id())).contains(new RingView.Peer(b.id(), "b", said.incarnation(), said.nonce(),
                this.second.toString(), said.labels()));
        assertThat(a.views.get(0)).isEqualTo(RingView.of(List.of(a.views.get(0).members().get(a.id()))));
    }

    @Test
    void anOrderlyLeaveIsNoticedAtOnce() {
        TestNode a = start(TestNode.tcp("a", this.first));
        TestNode b = start(TestNode.tcp("b", this.second, this.first));
        TestNode c = start(TestNode.tcp("c", this.third, this.first));
        TestNode.together(a, b, c);
        b.close();
        await().atMost(Duration.ofMillis(500)).until(() -> a.sees(c) && c.sees(a));
    }

    @Test
    void aKilledMemberIsNoticedByItsClosedConnections() {
        TestNode a = start(patient(TestNode.tcp("a", this.first)));
        TestNode b = start(patient(TestNode.tcp("b", this.second, this.first)));
        TestNode c = start(patient(TestNode.tcp("c", this.third, this.first)));
        TestNode.together(a, b, c);
        a.kill();
        await().atMost(Duration.ofMillis(1500)).until(() -> b.sees(c) && c.sees(b));
        assertThat(b.ring.status().suspected() + c.ring.status().suspected()).isPositive();
    }

    @Test
    void aPeerThatComesUpLaterJoinsTwoRingsThatStartedApart() {
        TestNode a = start(TestNode.tcp("a", this.first, this.third));
        TestNode b = start(TestNode.tcp("b", this.second, this.third));
        await().until(() -> a.ring.status().settled() && b.ring.status().settled());
        assertThat(a.ring.status().peersGiven()).isTrue();
        assertThat(a.ring.status().peerSeen()).isFalse();
        assertThat(a.ring.status().lastConnectError()).contains(this.third + ": Connection refused");
        TestNode c = start(TestNode.tcp("c", this.third));
        TestNode.together(a, b, c);
        assertThat(a.ring.status().peerSeen()).isTrue();
        await().until(() -> a.ring.status().lastConnectError() == null);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aNodeOfAnotherRingStaysOutsideAndBothSidesSayItOnce(CapturedOutput output) {
        TestNode a = start(TestNode.tcp("a", this.first));
        TestNode b = start(TestNode.with(TestNode.tcp("b", this.second, this.first), "other", null));
        await().until(() -> a.ring.status().rejected() > 2 && b.ring.status().rejected() > 2);
        assertThat(a.sees() && b.sees()).isTrue();
        assertThat(output.toString().split("Node rejected: address=" + this.second + " ring=test")).hasSize(2);
        assertThat(output.toString().split("Node rejected: address=" + this.first + " ring=other")).hasSize(2);
    }

    @Test
    void aMemberMayListenElsewhereThanItIsReached() {
        int port = TestNode.free("0.0.0.0").port();
        RingConfig everywhere = new RingConfig("test", new Endpoint("0.0.0.0", port), new Endpoint("127.0.0.9", port),
                List.of(), TestNode.self("a"), null, RingConfig.Transport.TCP, TestNode.QUICK,
                RingConfig.Limits.DEFAULT, Optional.empty());
        TestNode a = start(everywhere);
        // Not the advertised one, but it is listened on as well.
        TestNode b = start(TestNode.tcp("b", this.second, new Endpoint("127.0.0.8", port)));
        TestNode c = start(TestNode.tcp("c", this.third, this.second));
        TestNode.together(a, b, c);
        assertThat(c.ring.view().find(a.id()).orElseThrow().address()).isEqualTo("127.0.0.9:" + port);
        a.send(c, "hello");
        await().untilAsserted(() -> assertThat(c.received).containsExactly(a.said("hello")));
    }

    @Test
    void anAddressInUseIsSaidBeforeAnythingElseHappens() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            Endpoint endpoint = new Endpoint("127.0.0.2", taken.getLocalPort());
            List<Object> heard = new ArrayList<>();
            JGroupsRing ring = new JGroupsRing(TestNode.tcp("a", endpoint), TestNode.newKey(), new Signatures(),
                    new RingListener() {

                        @Override
                        public void received(MemberId from, byte[] message) {
                            heard.add(message);
                        }

                        @Override
                        public void changed(RingView view) {
                            heard.add(view);
                        }

                        @Override
                        public void gaveWay(IdConflict conflict) {
                            heard.add(conflict);
                        }

                    });
            assertThatExceptionOfType(ListenFailedException.class).isThrownBy(ring::start)
                .withMessageContaining("Cannot listen for gossip on " + endpoint + ": Address already in use")
                .withMessageContaining("--listen-gossip");
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void aNodeThatStillLooksForItsRingStopsAtOnce() {
        TestNode a = start(patient(TestNode.tcp("a", this.first, this.second)));
        long asked = System.nanoTime();
        a.close();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Timings.DEFAULT.join());
        TestNode again = start(TestNode.tcp("a", this.first));
        await().until(() -> again.ring.status().settled());
    }

    @Test
    void aRingSpeaksIpv6() throws IOException {
        assumeTrue(ipv6(), "this host has no ::1");
        Endpoint here = TestNode.free("::1");
        TestNode a = start(TestNode.tcp("a", here));
        TestNode b = start(TestNode.tcp("b", TestNode.free("::1"), Endpoint.parse("[::1]:" + here.port(), 1)));
        TestNode.together(a, b);
        assertThat(b.ring.view().find(a.id()).orElseThrow().address()).isEqualTo("[::1]:" + here.port());
    }

    private static boolean ipv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        }
        catch (IOException ex) {
            return false;
        }
    }

    @Test
    void itsOwnAddressIsNotAPeer() {
        TestNode a = start(TestNode.tcp("a", this.first, this.first));
        await().until(() -> a.ring.status().settled());
        await().untilAsserted(() -> assertThat(a.ring.status().peersGiven()).isFalse());
        assertThat(a.ring.status().lastConnectError()).isNull();
    }

    @Test
    void membersFindEachOtherAgainWithoutTheirPeer(@TempDir Path directory) throws IOException {
        Path ofB = directory.resolve("b");
        Path ofC = directory.resolve("c");
        RingConfig b = TestNode.with(TestNode.tcp("b", this.second, this.first), "test", ofB);
        RingConfig c = TestNode.with(TestNode.tcp("c", this.third, this.first), "test", ofC);
        TestNode a = start(TestNode.tcp("a", this.first));
        List<TestNode> before = List.of(start(b), start(c));
        TestNode.together(a, before.get(0), before.get(1));
        await()
            .until(() -> Files.exists(ofB) && Files.exists(ofC) && Files.readString(ofB).contains(this.third.toString())
                    && Files.readString(ofC).contains(this.second.toString()));
        a.close();
        before.forEach(TestNode::close);
        TestNode.together(start(b), start(c));
    }

    /** A host that drops packets: its backlog is full, so that nobody gets an answer. */
    @Test
    void aPeerThatNeverAnswersHoldsNobodyUp() throws IOException {
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.5"))) {
            for (int i = 0; i < 4; i++) {
                Socket filler = new Socket();
                fillers.add(filler);
                try {
                    filler.connect(silent.getLocalSocketAddress(), 50);
                }
                catch (IOException ex) {
                    break;
                }
            }
            Endpoint dead = Endpoint.of((InetSocketAddress) silent.getLocalSocketAddress());
            TestNode a = start(TestNode.tcp("a", this.first, dead));
            TestNode b = start(TestNode.tcp("b", this.second, this.first, dead));
            TestNode.together(a, b);
            await().until(() -> String.valueOf(a.ring.status().lastConnectError()).contains("timed out"));
            long slowest = 0;
            for (int i = 0; i < 100; i++) {
                String text = Integer.toString(i);
                long sent = System.nanoTime();
                a.broadcast(text);
                await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> b.received.contains(a.said(text)));
                slowest = Math.max(slowest, System.nanoTime() - sent);

            }
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofMillis(400));
        }
        finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    @Test
    void aMemberThatIsBackAtOnceIsPresentOnceAsItsLaterStart() {
        TestNode a = start(patient(TestNode.tcp("a", this.first)));
        NodeKey key = TestNode.newKey();
        TestNode killed = start(patient(TestNode.tcp("b", this.second, this.first)), key);
        TestNode.together(a, killed);
        killed.kill();
        TestNode back = start(patient(TestNode.tcp("b", this.third, this.first)), key);
        await().atMost(Duration.ofSeconds(6))
            .until(() -> back.sees(a) && a.sees(back)
                    && a.ring.view().find(back.id()).orElseThrow().incarnation() == back.config.self().incarnation());
        assertThat(back.conflicts).isEmpty();
        back.broadcast("again");
        await().untilAsserted(() -> assertThat(a.received).containsExactly(back.said("again")));
    }

    @Test
    void whenTwoRingsMeetTheEarlierStartOfAMemberGivesWay() {
        NodeKey key = TestNode.newKey();
        TestNode earlier = start(TestNode.tcp("x", this.first), key);
        TestNode later = start(TestNode.tcp("x", this.second), key);
        await().until(() -> earlier.ring.status().settled() && later.ring.status().settled());
        TestNode between = start(TestNode.tcp("y", this.third, this.first, this.second));
        await().until(() -> earlier.conflicts.size() == 1);
        IdConflict conflict = earlier.conflicts.get(0);
        assertThat(conflict).isEqualTo(new IdConflict(key.id(), this.first.toString(), this.second.toString(), false));
        await().until(() -> later.sees(between) && between.sees(later));
        assertThat(later.conflicts).isEmpty();
        assertThat(earlier.sees()).isTrue();
        earlier.broadcast("from the grave");
        later.broadcast("here");
        await().untilAsserted(() -> assertThat(between.received).containsExactly(later.said("here")));
    }

}
