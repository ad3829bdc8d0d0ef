package dev.muster.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import dev.muster.archive.PackageConflictException;
import dev.muster.gateway.AuditControl;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.pack.PackageIdent;
import dev.muster.service.ProcessState;
import dev.muster.service.MalformedSpecException;
import dev.muster.service.ServiceStatus;
import dev.muster.service.SpecCodec;
import dev.muster.source.FileServer;
import dev.muster.source.Publisher;
import dev.muster.update.SourceFailedException;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** New releases of small packages on real nodes, with real processes. */
class UpdatesInOneJvmTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final GroupName PROD = GroupName.parse("sleeper.prod");

    private static final String REVISIONS = "/groups/sleeper.prod/revisions/";

    private Path source;

    private Publisher publisher;

    private TestNodes nodes;

    @BeforeEach
    void prepare(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
        this.nodes.updates = new UpdateOptions(Duration.ofSeconds(1), OptionalInt.empty());
        this.source = directory.resolve("source");
        this.publisher = new Publisher(this.source);
    }

    @AfterEach
    void end() {
        this.nodes.close();
    }

    private Node start(int number, int... peers) throws IOException {
        NodePlan plan = this.nodes.plan(number, peers);
        List<Path> packages = Stream.concat(Stream.of(plan.root().packages()), plan.packages().stream()).toList();
        return this.nodes.start(new NodePlan(plan.root(), plan.options(), packages, plan.environment(), plan.ringKeys(),
                plan.transport(), plan.timings(), plan.processes(), plan.settle()));
    }

    private PackageIdent publish(String name, int number, String run) throws IOException {
        return this.publisher.publish("test/" + name + "/" + number + ".0.0/2026010100000" + number,
                Map.of("default.toml", "port = 1\n", "config/" + name + ".conf", "release " + number + "\n",
                        "hooks/run", "#!/bin/sh\n" + run + "\n"));
    }

    private static void load(Node node, String name, String group, String strategy, String url) {
        node.localServices()
            .load(SpecCodec
                .read(Map.of("ident", "test/" + name, "group", group, "update_strategy", strategy, "bldr_url", url)),
                    false);
    }

    /** What is not there yet is waited for, too. */
    private static ConditionFactory soon() {
        return await().atMost(SOON).ignoreExceptions();
    }

    private static ServiceStatus status(Node node, String name) {
        return node.services().status(name);
    }

    private static GroupSnapshot group(Node node) {
        return node.registry().group(PROD).orElseThrow();
    }

    private static void allRun(List<Node> members, PackageIdent release) {
        soon().untilAsserted(() -> assertThat(members).allSatisfy((node) -> {
            assertThat(status(node, "sleeper").ident()).isEqualTo(release);
            assertThat(status(node, "sleeper").pid()).isPresent();
            assertThat(group(node).current().filter(group(node)::isComplete)).isPresent();
        }));
    }

    @Test
    void whatIsNoSourceIsRefusedBeforeAnythingIsLoaded() throws IOException {
        Node node = start(1);
        assertThatExceptionOfType(MalformedSpecException.class)
            .isThrownBy(() -> load(node, "sleeper", "prod", "rolling", "relative/path"))
            .withMessageContaining("'relative/path' is no source of packages: it is no absolute path");
        assertThat(node.services().statuses()).isEmpty();
        load(node, "sleeper", "prod", "rolling", this.source.toString());
        assertThatExceptionOfType(MalformedSpecException.class)
            .isThrownBy(() -> node.localServices().update("sleeper", Map.of("bldr_url", "ftp://host/")))
            .withMessageContaining("nothing is known of ftp:");
        assertThat(status(node, "sleeper").spec().builderUrl()).isEqualTo(this.source.toString());
    }

    @Test
    void aGroupMovesToANewReleaseOverHttpAndGoesBackFromABadOne() throws Exception {
        try (FileServer server = new FileServer(this.source)) {
            movesAndGoesBack(server.url());
        }
    }

    private void movesAndGoesBack(String url) throws Exception {
        Node a = start(1);
        Node b = start(2, 1);
        List<Node> ring = List.of(a, b);
        ring.forEach((node) -> load(node, "sleeper", "prod", "rolling", url));
        soon().untilAsserted(() -> assertThat(ring).allSatisfy((node) -> {
            assertThat(status(node, "sleeper").pid()).isPresent();
            assertThat(group(node).members()).hasSize(2);
            assertThat(node.updates().status("sleeper").orElseThrow().last().orElseThrow().problem())
                .contains("there is no " + url + "/channels/stable.txt");
        }));

        PackageIdent good = publish("sleeper", 2, "exec sleep 602");
        allRun(ring, good);
        assertIsTold(a, url, good);
        assertThat(this.nodes.root(1).resolve("svc/sleeper/config/sleeper.conf")).hasContent("release 2");
        Revision update = group(b).current().orElseThrow();
        assertThat(update.update()).isTrue();
        assertThat(update.release()).contains(good);
        assertThat(update.replaces()).contains(PackageIdent.parse("test/sleeper/1.0.0/20260101000000"));

        List<Long> before = ring.stream().map((node) -> status(node, "sleeper").pid().orElseThrow()).toList();
        PackageIdent bad = publish("sleeper", 3, "echo no >&2; exit 3");
        soon().untilAsserted(() -> assertThat(group(a).current().filter(Revision::automatic)).isPresent());
        allRun(ring, good);
        List<Long> after = ring.stream().map((node) -> status(node, "sleeper").pid().orElseThrow()).toList();
        assertThat(after).as("one has tried it").doesNotContainSequence(before).containsAnyElementsOf(before);
        assertThat(group(a).revisions()).filteredOn(Revision::update).hasSize(2);
        soon().untilAsserted(() -> assertThat(ring).flatMap((node) -> automatic(node, "sleeper.prod"))
            .contains("update from test/sleeper/1.0.0/20260101000000 to " + good,
                    "update from " + good + " to " + bad));
        soon().untilAsserted(() -> assertThat(b.updates().next(PROD).orElseThrow().note())
            .startsWith(bad + " was taken back with revision 3-"));
    }

    /** What the audit log of a node has of what nobody asked for, the newest first. */
    private static List<Object> automatic(Node node, String group) {
        return node.audit()
            .list(new AuditControl.Query(null, group, 50), false)
            .join()
            .entries()
            .stream()
            .map((entry) -> entry.get("what"))
            .toList();
    }

    private static void assertIsTold(Node node, String url, PackageIdent release) throws Exception {
        try (ConfigurableApplicationContext gateways = Gateways.open(node, Path.of("").toAbsolutePath(),
                new AskedControl())) {
            assertThat(gateways.isActive()).isTrue();
            JsonNode service = get(node, "/services/sleeper");
            assertThat(service.get("ident").asString()).isEqualTo(release.toString());
            JsonNode updates = service.get("updates");
            assertThat(updates.get("strategy").asString()).isEqualTo("rolling");
            assertThat(updates.get("source").asString()).isEqualTo(url);
            assertThat(updates.get("channel").asString()).isEqualTo("stable");
            assertThat(updates.get("offered").asString()).isEqualTo(release.toString());
            assertThat(updates.get("problem").isNull()).isTrue();
            JsonNode line = get(node, "/groups/sleeper.prod/revisions").get("revisions").get(0);
            assertThat(line.get("release").asString()).isEqualTo(release.toString());
            assertThat(line.get("author").asString()).isEmpty();
            assertThat(line.get("releaseChange").get("before").asString())
                .isEqualTo("test/sleeper/1.0.0/20260101000000");
            JsonNode plan = send(node, "PUT", "/groups/sleeper.prod/config?plan=true", "port = 2\n");
            assertThat(plan.get("release").isNull()).as("%s", plan).isTrue();
            assertThat(get(node, "/groups/sleeper.prod/revisions/1").get("release").asString())
                .isEqualTo(release.toString());
        }
    }

    private static JsonNode get(Node node, String path) throws Exception {
        return send(node, "GET", path, "");
    }

    private static JsonNode send(Node node, String method, String path, String body) throws Exception {
        return send(node, method, path, body, 200);
    }

    private static JsonNode send(Node node, String method, String path, String body, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + node.options().ctl() + "/v1" + path))
            .timeout(SOON)
            .header("Authorization", "Bearer " + node.root().controlSecret())
            .header("Content-Type", "application/toml")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonMapper().readTree(answer.body());
    }

    @Test
    void aGroupGoesBackToTheReleaseOfARevisionUnlessItIsGone() throws Exception {
        Node a = start(1);
        Node b = start(2, 1);
        List<Node> ring = List.of(a, b);
        ring.forEach((node) -> load(node, "sleeper", "prod", "rolling", this.source.toString()));
        soon().until(() -> group(a).members().size() == 2 && status(b, "sleeper").pid().isPresent());
        try (ConfigurableApplicationContext gateways = Gateways.open(a, Path.of("").toAbsolutePath(),
                new AskedControl())) {
            assertThat(gateways.isActive()).isTrue();
            send(a, "PUT", "/groups/sleeper.prod/config", "port = 2\n", 201);
            PackageIdent first = PackageIdent.parse("test/sleeper/1.0.0/20260101000000");
            allRun(ring, first);
            PackageIdent second = publish("sleeper", 2, "exec sleep 602");
            allRun(ring, second);
            theReleaseOfAGroupIsNotRemoved(b, second);

            JsonNode back = send(a, "POST", REVISIONS + "1/rollback", "", 201);
            assertThat(back.get("release").get("after").asString()).as("%s", back).isEqualTo(first.toString());
            assertThat(back.get("warnings")).isEmpty();
            allRun(ring, first);
            this.publisher.withdraw(second);
            b.packages().uninstall(second, false);
            String missing = this.source.resolve("packages") + " has no test-sleeper-2.0.0-20260101000002-";
            JsonNode plan = send(a, "POST", REVISIONS + "2/rollback?plan=true", "", 200);
            assertThat(plan.get("warnings").get(0).asString())
                .startsWith("cannot have " + second + " now, and waits until it can: m2: " + missing);
            a.packages().uninstall(second, false);
            JsonNode refused = send(a, "POST", REVISIONS + "2/rollback", "", 404);
            assertThat(refused.get("detail").asString())
                .startsWith("No member of sleeper.prod that is present can have " + second + ": m")
                .contains("m1: " + missing, "m2: " + missing)
                .endsWith(". Put it into their source again, or install it there with 'muster pkg install', and go back"
                        + " then; nothing was changed");
            assertThat(group(a).current().map(Revision::number)).contains(3L);
        }
    }

    /** Also while nothing runs it. */
    private static void theReleaseOfAGroupIsNotRemoved(Node node, PackageIdent release) {
        node.localServices().stop("sleeper", Optional.empty());
        soon().until(() -> status(node, "sleeper").state() == ProcessState.DOWN);
        assertThatExceptionOfType(PackageConflictException.class)
            .isThrownBy(() -> node.packages().uninstall(release, false))
            .withMessageContaining(release + " cannot be removed: sleeper.prod is to run it with revision 2-");
        node.localServices().start("sleeper");
        soon().until(() -> status(node, "sleeper").pid().isPresent());
    }

    @Test
    void aServiceTakesAReleaseByItselfAndGoesBackFromABadOneForGood() throws IOException {
        Node a = start(1);
        assertThatExceptionOfType(SourceFailedException.class)
            .isThrownBy(() -> load(a, "single", "default", "at-once", this.source.toString()))
            .withMessageContaining("its source has not given it: there is no ");
        PackageIdent first = publish("single", 1, "exec sleep 601");
        load(a, "single", "default", "at-once", this.source.toString());
        soon().until(() -> status(a, "single").ident().equals(first));
        PackageIdent good = publish("single", 2, "exec sleep 602");
        soon().until(() -> status(a, "single").ident().equals(good));
        soon().until(() -> a.updates().status("single").orElseThrow().next().isEmpty());
        PackageIdent bad = publish("single", 3, "exit 3");
        soon().untilAsserted(
                () -> assertThat(a.updates().status("single").orElseThrow().refused()).containsOnlyKeys(bad));
        soon().until(() -> status(a, "single").ident().equals(good) && status(a, "single").pid().isPresent());
        long pid = status(a, "single").pid().orElseThrow();
        soon().untilAsserted(() -> assertThat(automatic(a, "single.default")).containsExactly("runs " + good,
                "runs " + bad, "runs " + good));
        this.nodes.leaveServices(a);
        Node again = start(1);
        soon().untilAsserted(() -> assertThat(again.updates().status("single").orElseThrow().note())
            .startsWith(bad + " was not kept: "));
        assertThat(status(again, "single").pid()).hasValue(pid);
        assertThat(status(again, "single").ident()).isEqualTo(good);
        assertThat(this.nodes.root(1).resolve("svc/single/config/single.conf")).hasContent("release 2");
    }

}
