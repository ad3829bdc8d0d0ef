package dev.muster.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.pack.PackageIdent;
import dev.muster.service.ServiceSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two real nodes, and those who follow what they make of a change. */
class RevisionEventsTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final GroupName PROD = GroupName.parse("sleeper.prod");

    private TestNodes nodes;

    private Node node;

    private Node other;

    private ConfigurableApplicationContext gateways;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        this.nodes = new TestNodes(directory);
        this.node = this.nodes.start(1);
        this.other = this.nodes.start(2, 1);
        this.gateways = Gateways.open(this.node, Path.of("").toAbsolutePath(), new AskedControl());
        for (Node member : List.of(this.node, this.other)) {
            member.localServices().load(ServiceSpec.of(PackageIdent.parse("test/sleeper")).withGroup("prod"), false);
        }
        await().atMost(SOON)
            .until(() -> this.node.registry().group(PROD).map((group) -> group.members().size()).orElse(0) == 2);
        await().atMost(SOON)
            .until(() -> List.of(this.node, this.other)
                .stream()
                .allMatch((member) -> member.services().status("sleeper").pid().isPresent()));
    }

    @AfterEach
    void end() {
        this.gateways.close();
        this.nodes.close();
    }

    private Applied apply(String toml) {
        return this.node.registry()
            .apply(new ApplyRequest(PROD, OptionalLong.empty(), null, toml.getBytes(StandardCharsets.UTF_8),
                    Content.hash(Toml.parse(toml)), "test", null))
            .join();
    }

    private HttpResponse<InputStream> events(String revision, String query, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest
            .newBuilder(URI.create("http://" + this.node.options().ctl() + "/v1/groups/" + PROD + "/revisions/"
                    + revision + "/events" + query))
            .header("Authorization", "Bearer " + this.node.root().controlSecret())
            .timeout(SOON);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofInputStream());
    }

    private static List<Event> heard(HttpResponse<InputStream> response) throws IOException {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
            .hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
        List<Event> events = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            Map<String, String> fields = new HashMap<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(line.substring(0, colon), line.substring(colon + 1));
                }
                else if (line.isEmpty() && !fields.isEmpty()) {
                    events.add(new Event(fields.getOrDefault("id", ""), fields.get("event"),
                            JSON.readTree(fields.get("data"))));
                    fields.clear();
                }
            }
        }
        return events;
    }

    @Test
    void everyStepOfEveryMemberIsTold() throws Exception {
        Applied applied = apply("port = 2\n");
        List<Event> events = heard(events(applied.revision().id(), ""));
        Event last = events.get(events.size() - 1);
        assertThat(last.name()).isEqualTo("result");
        assertThat(last.data().get("state").asString()).isEqualTo("converged");
        assertThat(last.data().get("lost").isEmpty()).isTrue();
        assertThat(events.subList(0, events.size() - 1)).allMatch((event) -> event.name().equals("member"));
        for (Node member : List.of(this.node, this.other)) {
            List<String> steps = events.stream()
                .filter((event) -> event.data().get("id").asString().equals(member.id().hex()))
                .map((event) -> event.data().get("state").asString())
                .toList();
            assertThat(steps).contains("restarted").endsWith("healthy");
        }
        List<Event> again = heard(
                events("current", "", "Last-Event-ID", events.get(events.size() - 2).id(), "Accept", "*/*"));
        assertThat(again).singleElement().extracting(Event::name).isEqualTo("result");
    }

    @Test
    void theResultSaysWhatHoldsInsteadAndWhatTheTimeHasAllowed() throws Exception {
        Applied first = apply("port = 2\n");
        Applied second = apply("port = 3\n");
        JsonNode superseded = heard(events(first.revision().id(), "")).stream()
            .reduce((a, b) -> b)
            .orElseThrow()
            .data();
        assertThat(superseded.get("state").asString()).isEqualTo("superseded");
        assertThat(superseded.get("holds").get("id").asString()).isEqualTo(second.revision().id());
        assertThat(superseded.get("holds").get("author").asString()).isEqualTo("test");
        this.other.services().stop("sleeper", Optional.empty());
        List<Event> early = heard(events(second.revision().id(), "?timeout=0"));
        // One for each member, and whatever was under way just then.
        assertThat(early).hasSizeGreaterThanOrEqualTo(3);
        assertThat(early).filteredOn((event) -> event.name().equals("result"))
            .containsExactly(early.get(early.size() - 1));
    }

    @Test
    void whatIsNotKeptOrCannotBeWaitedForIsRefused() throws Exception {
        assertThat(events("9-00000000", "").statusCode()).isEqualTo(404);
        apply("port = 2\n");
        assertThat(events("9-00000000", "").statusCode()).isEqualTo(404);
        assertThat(events("current", "?until=never").statusCode()).isEqualTo(400);
        assertThat(events("current", "?timeout=soon").statusCode()).isEqualTo(400);
    }

    @Test
    void manyReadersAreToldAlsoBesideOneThatReadsNothingAndLeaveNothingBehind() throws Exception {
        Applied first = apply("port = 2\n");
        this.other.services().stop("sleeper", Optional.empty());
        try (Socket stalled = new Socket()) {
            stalled.setReceiveBufferSize(4096);
            stalled.connect(new InetSocketAddress(this.node.options().ctl().host(), this.node.options().ctl().port()));
            stalled.getOutputStream()
                .write(("GET /v1/groups/" + PROD
                        + "/revisions/current/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + this.node.root().controlSecret() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            List<HttpResponse<InputStream>> readers = new ArrayList<>();
            for (int reader = 0; reader < 40; reader++) {
                readers.add(events(first.revision().id(), ""));
            }
            for (HttpResponse<InputStream> reader : readers) {
                List<Event> events = heard(reader);
                assertThat(events.get(events.size() - 1).name()).isEqualTo("result");
            }
        }
        await().atMost(SOON)
            .until(() -> Thread.getAllStackTraces()
                .keySet()
                .stream()
                .noneMatch((thread) -> thread.getName().equals("revision-follower")));
    }

    private record Event(String id, String name, JsonNode data) {
    }

}
