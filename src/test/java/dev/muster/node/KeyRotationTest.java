package dev.muster.node;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

import dev.muster.gateway.RingKeyControl.Answer;
import dev.muster.gateway.RingKeyControl.Member;
import dev.muster.gateway.RingKeyControl.Stage;
import dev.muster.key.RingKey;
import dev.muster.store.KeyCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Real nodes, real connections: the key of a ring is changed while it works. */
class KeyRotationTest {

    private final RingKey first = RingKey.generate("test", Instant.parse("2026-01-01T00:00:00Z"), new SecureRandom());

    @TempDir
    private Path directory;

    private TestNodes nodes;

    @BeforeEach
    void prepare() throws Exception {
        this.nodes = new TestNodes(this.directory);
    }

    @AfterEach
    void stop() {
        this.nodes.close();
    }

    private Node start(int number, int... peers) throws Exception {
        KeyCache cache = new KeyCache(this.nodes.root(number).resolve("cache/keys"));
        cache.add(this.first);
        return this.nodes.start(this.nodes.plan(number, peers).with(RingKeys.find("test", null, cache).orElseThrow()));
    }

    @Test
    void theGatewayTellsHowFarEachMemberHasCome() throws Exception {
        Node a = start(1);
        Node b = start(2, 1);
        together(a, b);
        try (ConfigurableApplicationContext gateways = Gateways.open(a, Path.of("").toAbsolutePath(),
                new AskedControl())) {
            HttpRequest request = HttpRequest
                .newBuilder(URI.create("http://" + a.options().ctl() + "/v1/ring/keys/rotate"))
                .header("Authorization", "Bearer " + a.root().controlSecret())
                .header("Idempotency-Key", "once")
                .POST(BodyPublishers.noBody())
                .build();
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"stage\":\"ONLY\"", "\"name\":\"m1\"", "\"name\":\"m2\"")
                .doesNotContain("SYM-SEC");
            assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo(answer.body());
            assertThat(gateways.isActive()).isTrue();
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whoWasAwayIsToldWhatToBringItAndComesBackWithThat(CapturedOutput output) throws Exception {
        Node a = start(1);
        Node b = start(2, 1);
        together(a, b);
        // The second change is the hard one: by then each has written down which key
        // holds.
        a.keyRotation().orElseThrow().rotate(false).join();
        together(a, b);
        this.nodes.leaveServices(b);
        await().until(() -> a.replica().view().members().size() == 1);
        assertThat(a.keyRotation().orElseThrow().rotate(true).join().stage()).isEqualTo(Stage.ONLY);
        Node old = start(2, 1);
        String advice = "bring it the new one: 'muster ring key export RING' on a member, 'muster ring key import' here";
        await().untilAsserted(() -> assertThat(old.notReady()).singleElement().asString().contains(advice));
        assertThat(output.toString().lines())
            .filteredOn((line) -> line.contains("Node rejected: address=" + a.options().gossip()))
            .singleElement()
            .asString()
            .contains(advice);
        this.nodes.leaveServices(old);
        KeyCache at = new KeyCache(this.nodes.root(1).resolve("cache/keys"));
        new KeyCache(this.nodes.root(2).resolve("cache/keys")).add(at.ringKeys("test").get(0));
        together(a, start(2, 1));
    }

    private static void together(Node... members) {
        await().until(() -> List.of(members)
            .stream()
            .allMatch((node) -> node.replica().view().members().size() == members.length));
    }

    @Test
    void allTakeTheNewKeyAndTheOldOneLetsNobodyInAnyMore() throws Exception {
        Node a = start(1);
        Node b = start(2, 1);
        Node c = start(3, 1);
        together(a, b, c);
        Answer before = b.keyRotation().orElseThrow().keys().join();
        assertThat(before.members()).extracting(Member::stage).containsOnly(Stage.ONLY);
        assertThat(before.revision()).isEqualTo(this.first.revision());
        Answer after = b.keyRotation().orElseThrow().rotate(false).join();
        assertThat(after.stage()).isEqualTo(Stage.ONLY);
        assertThat(after.members()).hasSize(3).extracting(Member::active).containsOnly(after.revision());
        assertThat(after.revision()).isGreaterThan(this.first.revision());
        together(a, b, c);
        Node late = start(4, 1);
        await().until(() -> late.ringStatus().rejected() > 1);
        assertThat(late.replica().view().members()).hasSize(1);
        assertThat(a.replica().view().members()).hasSize(3);
        // What was kept is what counts at the next start.
        this.nodes.leaveServices(c);
        Node again = this.nodes.start(this.nodes.plan(3, 1)
            .with(RingKeys.find("test", null, new KeyCache(this.nodes.root(3).resolve("cache/keys"))).orElseThrow()));
        together(a, b, again);
    }

}
