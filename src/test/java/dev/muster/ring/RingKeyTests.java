package dev.muster.ring;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.jgroups.Version;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Who is let into a ring that has a key, and what others see of it. */
class RingKeyTests {

    private static final RingCredentials.Seed OLD = seed("ring-1", 1);

    private static final RingCredentials.Seed NEW = seed("ring-2", 2);

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<TestNode> nodes = new ArrayList<>();

    private final Endpoint first = TestNode.free("127.0.0.2");

    private final Endpoint second = TestNode.free("127.0.0.3");

    private final Endpoint third = TestNode.free("127.0.0.4");

    private static RingCredentials.Seed seed(String name, int filler) {
        byte[] bytes = new byte[RingCredentials.SEED_BYTES];
        Arrays.fill(bytes, (byte) filler);
        return new RingCredentials.Seed(name, bytes);
    }

    private static RingCredentials keys(RingCredentials.Seed... seeds) {
        return RingCredentials.of(List.of(seeds));
    }

    @AfterEach
    void stop() {
        this.nodes.forEach(TestNode::close);
    }

    private TestNode start(RingConfig config) {
        TestNode node = TestNode.start(config, TestNode.newKey());
        this.nodes.add(node);
        return node;
    }

    @Test
    void thoseWithTheKeyFormARingAndSpeak() {
        TestNode a = start(TestNode.tcp("a", this.first).with(keys(OLD)));
        TestNode b = start(TestNode.tcp("b", this.second, this.first).with(keys(OLD)));
        TestNode c = start(TestNode.tcp("c", this.third, this.first).with(keys(OLD)));
        TestNode.together(a, b, c);
        a.broadcast("all");
        a.send(c, "one");
        await().untilAsserted(() -> assertThat(c.received).contains(a.said("all"), a.said("one")));
        await().untilAsserted(() -> assertThat(b.received).containsExactly(a.said("all")));
    }

    @Test
    void aKilledMemberIsNoticedByItsClosedConnections() {
        TestNode a = start(TestNode.tcp("a", this.first).with(keys(OLD)));
        TestNode b = start(TestNode.tcp("b", this.second, this.first).with(keys(OLD)));
        TestNode c = start(TestNode.tcp("c", this.third, this.first).with(keys(OLD)));
        TestNode.together(a, b, c);
        c.kill();
        await().atMost(Duration.ofMillis(1500)).until(() -> a.sees(b) && b.sees(a));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void anotherKeyStaysOutsideAndBothSidesSayItOnce(CapturedOutput output) {
        TestNode a = start(TestNode.tcp("a", this.first).with(keys(OLD)));
        TestNode b = start(TestNode.tcp("b", this.second, this.first).with(keys(NEW)));
        await().until(() -> a.ring.status().rejected() > 2 && b.ring.status().rejected() > 2);
        assertThat(a.sees() && b.sees()).isTrue();
        assertThat(output.toString().split("Node rejected: address=")).hasSize(3);
        assertThat(output).contains("Node rejected: address=" + this.first
                + " ring=test reason=\"it holds none of the ring keys that are accepted here; if the ring's key was"
                + " changed while this node was away, bring it the new one: 'muster ring key export RING' on a member,"
                + " 'muster ring key import' here, then restart this node\"");
        assertThat(b.ring.status().lastConnectError()).contains("none of the ring keys");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whoHasNoKeyStaysOutsideARingThatHasOne(CapturedOutput output) {
        TestNode a = start(TestNode.tcp("a", this.first).with(keys(OLD)));
        TestNode plain = start(TestNode.tcp("b", this.second, this.first));
        await().until(() -> a.ring.status().rejected() > 2);
        assertThat(a.sees() && plain.sees()).isTrue();
        assertThat(output).contains("it speaks without a ring key, which this ring has");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whoHasAKeyStaysOutsideARingThatHasNone(CapturedOutput output) {
        TestNode plain = start(TestNode.tcp("a", this.first));
        TestNode b = start(TestNode.tcp("b", this.second, this.first).with(keys(OLD)));
        await().until(() -> plain.ring.status().rejected() > 2 && b.ring.status().rejected() > 2);
        assertThat(plain.sees() && b.sees()).isTrue();
        assertThat(output).contains("it has a ring key, which this node has not")
            .contains("it has another key or none");
    }

    @Test
    void theKeyIsChangedWithoutLosingAMessageOrAMember() {
        // On a busy machine a member may be silent for longer than is quick.
        TestNode a = start(TestNode.patient(TestNode.tcp("a", this.first)).with(keys(OLD)));
        TestNode b = start(TestNode.patient(TestNode.tcp("b", this.second, this.first)).with(keys(OLD)));
        TestNode c = start(TestNode.patient(TestNode.tcp("c", this.third, this.first)).with(keys(OLD)));
        TestNode.together(a, b, c);
        await().until(() -> a.views.get(a.views.size() - 1).members().size() == 3);
        List<String> expected = new ArrayList<>();
        int views = a.views.size();
        for (RingCredentials keys : List.of(keys(OLD, NEW), keys(NEW, OLD), keys(NEW))) {
            for (TestNode node : List.of(a, b, c)) {
                node.ring.change(keys);
                for (int number = 0; number < 50; number++) {
                    String text = keys.accepted() + node.config.self().name() + number;
                    a.broadcast(text);
                    expected.add(a.said(text));
                }
            }
            await().atMost(LONG).untilAsserted(() -> assertThat(b.received).isEqualTo(expected));
            await().atMost(LONG).untilAsserted(() -> assertThat(c.received).isEqualTo(expected));
        }
        assertThat(a.views).hasSize(views);
        assertThat(a.ring.status().members()).isEqualTo(3);
        TestNode late = start(TestNode.tcp("d", TestNode.free("127.0.0.5"), this.first).with(keys(OLD)));
        await().until(() -> late.ring.status().rejected() > 1);
        assertThat(late.sees()).isTrue();
    }

    @Test
    void whoHasNothingButTheOldKeyIsCutOff() {
        TestNode a = start(TestNode.tcp("a", this.first).with(keys(OLD)));
        TestNode b = start(TestNode.tcp("b", this.second, this.first).with(keys(OLD)));
        TestNode c = start(TestNode.tcp("c", this.third, this.first).with(keys(OLD)));
        TestNode.together(a, b, c);
        // One of the others is called by it, the other one calls.
        b.ring.change(keys(NEW));
        await().atMost(LONG).until(b::sees);
        await().atMost(LONG).until(() -> a.sees(c) && c.sees(a));
    }

    @Test
    void whatTravelsCannotBeReadByOthers() throws IOException {
        byte[] secret = "a word that nobody else may read".getBytes(StandardCharsets.UTF_8);
        try (Recorder recorder = new Recorder(this.first)) {
            TestNode a = start(TestNode.tcp("a", this.first).with(keys(OLD)));
            // Whatever b says to a passes by the recorder.
            TestNode b = start(TestNode.tcp("b", this.second, recorder.at()).with(keys(OLD)));
            await().until(() -> recorder.bytes().length > 0 && a.sees(b) && b.sees(a));
            b.broadcast(new String(secret, StandardCharsets.UTF_8));
            await().until(() -> a.received.contains(b.said(new String(secret, StandardCharsets.UTF_8))));
            assertThat(new String(recorder.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain("nobody else may read")
                .doesNotContain("bela");
        }
    }

    @Test
    void whatWasRecordedCannotBePlayedBack() throws IOException {
        try (Recorder recorder = new Recorder(this.first)) {
            TestNode a = start(TestNode.tcp("a", this.first).with(keys(OLD)));
            TestNode b = start(TestNode.tcp("b", this.second, recorder.at()).with(keys(OLD)));
            await().until(() -> recorder.bytes().length > 0 && a.sees(b) && b.sees(a));
            long before = a.ring.status().rejected();
            long messages = a.ring.status().messagesIn();
            b.close();
            await().until(a::sees);
            for (byte[] call : recorder.calls()) {
                try (Socket again = new Socket()) {
                    again.connect(new InetSocketAddress(this.first.host(), this.first.port()));
                    again.getOutputStream().write(call);
                    assertThat(endsWithin(again, Duration.ofSeconds(5))).isTrue();
                }
            }
            await().until(() -> a.ring.status().rejected() >= before + recorder.calls().size());
            assertThat(a.sees()).isTrue();
            assertThat(a.ring.status().messagesIn()).isLessThan(messages + 20);
        }
    }

    private static boolean endsWithin(Socket socket, Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            socket.getInputStream().readAllBytes();
            return true;
        }
        catch (java.net.SocketTimeoutException ex) {
            return false;
        }
        catch (IOException ex) {
            // Reset instead of ended.
            return true;
        }
    }

    @Test
    void thoseWhoConnectAndSayNothingKeepNobodyOut() throws IOException {
        for (boolean keyed : List.of(true, false)) {
            Endpoint at = TestNode.free("127.0.0.6");
            RingConfig quiet = TestNode.tcp("a", at);
            TestNode a = start(keyed ? quiet.with(keys(OLD)) : quiet);
            List<Socket> idle = new ArrayList<>();
            try {
                for (int number = 0; number < 4 * GossipPort.PLACES; number++) {
                    idle.add(new Socket(InetAddress.getByName(at.host()), at.port()));
                }
                RingConfig joining = TestNode.tcp("b", TestNode.free("127.0.0.7"), at);
                TestNode b = start(keyed ? joining.with(keys(OLD)) : joining);
                await().atMost(Duration.ofSeconds(2)).until(() -> a.sees(b) && b.sees(a));
                for (Socket one : idle) {
                    assertThat(endsWithin(one, Duration.ofSeconds(5))).isTrue();
                }
                assertThat(a.sees(b)).isTrue();
            }
            finally {
                for (Socket one : idle) {
                    one.close();
                }
            }
        }
    }

    @Test
    void whoGreetsIsConnectedBeforeItSaysMore() throws IOException {
        TestNode a = start(TestNode.tcp("a", this.first));
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(greeting);
        IpAddress caller = new IpAddress(InetAddress.getByName(this.second.host()), this.second.port());
        out.writeBytes("bela");
        out.writeShort(Version.version);
        out.writeShort(caller.serializedSize());
        caller.writeTo(out);
        try (Socket one = new Socket(InetAddress.getByName(this.first.host()), this.first.port())) {
            one.getOutputStream().write(greeting.toByteArray());
            await().until(() -> a.connections() == 1);
        }
    }

    @Test
    void whoeverSpeaksAtRandomIsTurnedAway() throws IOException {
        for (boolean keyed : List.of(true, false)) {
            Endpoint at = TestNode.free("127.0.0.6");
            RingConfig quiet = TestNode.tcp("a", at);
            TestNode a = start(keyed ? quiet.with(keys(OLD)) : quiet);
            Random random = new Random(7);
            for (int number = 0; number < 40; number++) {
                byte[] noise = new byte[1 + random.nextInt(2000)];
                random.nextBytes(noise);
                try (Socket one = new Socket()) {
                    one.connect(new InetSocketAddress(at.host(), at.port()));
                    one.getOutputStream().write(noise);
                    one.shutdownOutput();
                    assertThat(endsWithin(one, Duration.ofSeconds(5))).isTrue();
                }
            }
            await().until(() -> a.ring.status().rejected() >= 40);
            RingConfig joining = TestNode.tcp("b", TestNode.free("127.0.0.7"), at);
            TestNode b = start(keyed ? joining.with(keys(OLD)) : joining);
            await().until(() -> a.sees(b) && b.sees(a));
        }
    }

}
