package dev.muster.ring;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PeerFileTests {

    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    private Path path;

    private final List<TestNode> nodes = new ArrayList<>();

    private final Map<String, String> names = new ConcurrentHashMap<>();

    @BeforeEach
    void name() {
        this.path = this.directory.resolve("peers");
    }

    @AfterEach
    void stop() {
        this.nodes.forEach(TestNode::close);
    }

    private TestNode start(RingConfig config) {
        TestNode node = TestNode.start(config, TestNode.newKey(), this::resolve);
        this.nodes.add(node);
        return node;
    }

    private List<InetAddress> resolve(Endpoint endpoint) throws UnknownHostException {
        if (endpoint.isLiteral()) {
            return endpoint.resolve();
        }
        String addresses = this.names.get(endpoint.host());
        if (addresses == null) {
            throw new UnknownHostException(endpoint.host());
        }
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses.split(" ")) {
            all.add(InetAddress.getByName(address));
        }
        return all;
    }

    private static PeerStatus peer(TestNode node, String named) {
        return node.ring.status()
            .peers()
            .stream()
            .filter((status) -> status.peer().equals(named))
            .findFirst()
            .orElse(new PeerStatus(named, "", false, "not named"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void itIsReadAgainWheneverItIsOtherAndSaysWhatIsWrongOnce(CapturedOutput output) throws Exception {
        PeerFile file = new PeerFile(this.path);
        assertThat(file.look()).contains(Map.of());
        assertThat(output).containsOnlyOnce("it does not exist");
        assertThat(file.look()).isEmpty();
        Files.writeString(this.path,
                "# ours\n10.0.0.2\n\n  sup-b:19638 # the second\nno such host\n[::1]:5\n10.0.0.2\n");
        assertThat(file.look()).contains(Map.of(new Endpoint("10.0.0.2", 9638), this.path + ":2",
                new Endpoint("sup-b", 19638), this.path + ":4", new Endpoint("::1", 5), this.path + ":6"));
        assertThat(file.look()).isEmpty();
        assertThat(output).containsOnlyOnce("line=" + this.path + ":5");
        Path other = this.directory.resolve("other");
        Files.writeString(other, "10.0.0.3\n");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(this.path));
        Files.move(other, this.path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        assertThat(file.look()).contains(Map.of(new Endpoint("10.0.0.3", 9638), this.path + ":1"));
        Files.delete(this.path);
        assertThat(file.look()).contains(Map.of());
        Files.createDirectory(this.path);
        assertThat(file.look()).isEmpty();
        assertThat(output).containsOnlyOnce("it is a directory, a pipe or a device");
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeInItsPlaceIsNotWaitedFor() throws Exception {
        PeerFile file = new PeerFile(this.path);
        Assumptions.assumeTrue(new ProcessBuilder("mkfifo", this.path.toString()).start().waitFor() == 0);
        assertThat(file.look()).contains(Map.of());
        Files.delete(this.path);
        Files.writeString(this.path, "10.0.0.2\n");
        assertThat(file.look()).contains(Map.of(new Endpoint("10.0.0.2", 9638), this.path + ":1"));
    }

    @Test
    void aNodeFollowsItsFileAndNamesThroughAllThatBecomesOfThem() throws Exception {
        Endpoint first = TestNode.free("127.82.0.2");
        Endpoint second = new Endpoint("127.82.0.3", first.port());
        Endpoint third = new Endpoint("127.82.0.4", first.port());
        TestNode a = start(TestNode.tcp("a", first).with(this.path));
        TestNode b = start(TestNode.tcp("b", second));
        TestNode c = start(TestNode.tcp("c", third));
        assertThat(a.ring.status().peersGiven()).isFalse();
        // A name that means nothing yet, and a line that is none.
        Files.writeString(this.path, "sups:" + first.port() + "\n???\n");
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(peer(a, "sups:" + first.port())).isEqualTo(
                    new PeerStatus("sups:" + first.port(), this.path + ":1", false, "this name has no address")));
        assertThat(a.ring.status().peersGiven()).isTrue();
        this.names.put("sups", "127.82.0.3 127.82.0.9");
        TestNode.together(a, b);
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(peer(a, "sups:" + first.port()).result())
                .contains(second + " answers", "127.82.0.9:" + first.port() + " ")
                .doesNotContain("127.82.0.9:" + first.port() + " answers"));
        this.names.put("sups", "127.82.0.4 127.82.0.2");
        TestNode.together(a, b, c);
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(peer(a, "sups:" + first.port()).result())
                .isEqualTo(third + " answers, " + first + " this node itself"));
        // Whoever is no longer named is not expelled.
        Files.delete(this.path);
        await().atMost(SOON).until(() -> a.ring.status().peers().isEmpty());
        assertThat(a.sees(b, c)).isTrue();
    }

}
