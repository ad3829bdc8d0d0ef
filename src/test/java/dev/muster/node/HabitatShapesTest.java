package dev.muster.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.muster.service.SpecCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What programs that were written for Habitat read of a real node: every answer is held
 * against the schemas beside this test, and tells at once what becomes of others.
 */
class HabitatShapesTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String RUN = "#!/bin/sh\nexec sleep 600\n";

    private static final Map<String, Schema> SCHEMAS = new HashMap<>();

    private static TestNodes nodes;

    private static Node reader;

    private static Node second;

    private static Node third;

    private static ConfigurableApplicationContext gateways;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        nodes.pack("db", Map.of("default.toml", "port = 5432\n", "EXPORTS", "port=port\n", "hooks/run", RUN,
                "hooks/health-check", "#!/bin/sh\nexit $(cat {{pkg.svc_var_path}}/code 2>/dev/null || echo 0)\n"));
        nodes.pack("app", Map.of("BINDS", "database=port\n", "BINDS_OPTIONAL", "cache=port\n", "default.toml",
                "rate = 1.5\nlist = [1, 2]\n[deep]\nkey = \"x\"\n", "hooks/run", RUN));
        nodes.pack("alone", Map.of("hooks/run", RUN));
        nodes.permanentPeer = true;
        reader = nodes.start(1);
        nodes.permanentPeer = false;
        second = nodes.start(2, 1);
        third = nodes.start(3, 1);
        gateways = Gateways.open(reader, Path.of("").toAbsolutePath(), new AskedControl());
        await().atMost(SOON).until(() -> reader.replica().view().members().size() == 3);
    }

    @AfterAll
    static void end() {
        gateways.close();
        nodes.close();
    }

    private static void load(Node node, String ident, Map<String, Object> more) {
        Map<String, Object> spec = new HashMap<>(more);
        spec.put("ident", ident);
        spec.put("group", "prod");
        node.localServices().load(SpecCodec.read(spec), false);
    }

    private static void loadDatabase(Node node) {
        load(node, "test/db", Map.of("health_check_interval", Map.of("secs", 1L, "nanos", 0L)));
    }

    private static JsonNode get(String path) throws IOException, InterruptedException {
        URI at = URI.create("http://" + reader.options().http() + path);
        return JSON.readTree(HTTP.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString()).body());
    }

    private static JsonNode shaped(String path, String schema) throws IOException, InterruptedException {
        JsonNode answer = get(path);
        fits(answer, schema, path);
        return answer;
    }

    private static void fits(JsonNode answer, String schema, String path) {
        assertThat(SCHEMAS.computeIfAbsent(schema, HabitatShapesTest::read).validate(answer))
            .as(path + " answers " + answer)
            .isEmpty();
    }

    private static Schema read(String schema) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JSON.readTree(
                    HabitatShapesTest.class.getResourceAsStream("/dev/muster/gateway/" + schema + ".schema.json")));
    }

    private static void awaitCensus(String path, Object value) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(shaped("/census", "census").at("/census_groups/" + path).toString())
                .isEqualTo(String.valueOf(value)));
    }

    private static String member(Node node) {
        return "db.prod/population/" + node.id();
    }

    private static void allFit() throws IOException, InterruptedException {
        shaped("/census", "census");
        shaped("/butterfly", "butterfly");
        for (JsonNode service : shaped("/services", "services")) {
            String path = "/services/" + service.get("service_group").asString().replace('.', '/');
            fits(JSON.createArrayNode().add(get(path)), "services", path);
            shaped(path + "/health", "health");
            assertThat(get(path + "/config").isObject()).isTrue();
        }
    }

    private static long incarnation(Node node) throws IOException, InterruptedException {
        return Long.parseLong(butterfly("/services/db.prod/" + node.id() + "/incarnation"));
    }

    private static String butterfly(String pointer) throws IOException, InterruptedException {
        return shaped("/butterfly", "butterfly").at(pointer).toString();
    }

    @Test
    void everyAnswerHasHabitatsShapeAndTellsWhatBecomesOfOthers() throws Exception {
        allFit();
        load(reader, "test/app", Map.of("binds", List.of("database:db.prod")));
        load(reader, "test/alone", Map.of("topology", "leader", "min_members", 1L));
        await().atMost(SOON).until(() -> reader.services().status("alone").pid().isPresent());
        allFit();
        JsonNode waiting = get("/services/app/prod");
        assertThat(waiting.at("/process/state").asString()).isEqualTo("down");
        assertThat(waiting.at("/sys/permanent").asBoolean()).isTrue();
        assertThat(waiting.get("all_pkg_binds")).isEqualTo(JSON.readTree(
                "[{\"exports\":[\"port\"],\"service\":\"cache\"},{\"exports\":[\"port\"],\"service\":\"database\"}]"));
        loadDatabase(second);
        loadDatabase(third);
        awaitCensus(member(second) + "/healthy", true);
        awaitCensus(member(third) + "/healthy", true);
        await().atMost(SOON).until(() -> reader.services().status("app").pid().isPresent());
        put("config?number=1", "application/toml", "port = 5433\n");
        put("files/motd", "application/octet-stream", "hello");
        awaitCensus(member(second) + "/cfg/port", 5433);
        awaitCensus("db.prod/service_files/motd/filename", "\"motd\"");
        allFit();

        // Health, stop, start.
        Path code = second.root().layout().services().resolve("db/var/code");
        Files.writeString(code, "2\n");
        awaitCensus(member(second) + "/healthy", false);
        awaitCensus(member(second) + "/state/health", "\"Critical\"");
        awaitCensus(member(second) + "/alive", true);
        Files.delete(code);
        long said = incarnation(second);
        assertThat(said).isPositive();
        second.localServices().stop("db", Optional.empty());
        awaitCensus(member(second), "");
        awaitCensus("db.prod/stopped_members/" + second.id() + "/state/desired", "\"down\"");
        await().atMost(SOON).until(() -> butterfly("/services/db.prod/" + second.id()).isEmpty());
        second.localServices().start("db");
        awaitCensus(member(second) + "/healthy", true);
        assertThat(butterfly("/services/db.prod/" + second.id() + "/initialized")).isEqualTo("true");
        assertThat(incarnation(second)).as("it has said something else of it").isGreaterThan(said);

        // Unload.
        second.localServices().unload("db", Optional.empty());
        awaitCensus(member(second), "");
        awaitCensus("db.prod/stopped_members", "{}");
        loadDatabase(second);
        awaitCensus(member(second) + "/alive", true);

        // One that goes without a word, and one that stops its services before.
        await().atMost(SOON).until(() -> second.services().status("db").pid().isPresent());
        awaitCensus(member(second) + "/state/process", "\"up\"");
        nodes.leaveServices(second);
        awaitCensus(member(second) + "/suspect", true);
        assertThat(butterfly("/membership/" + second.id() + "/health")).isEqualTo("\"Suspect\"");
        nodes.stop(third);
        awaitCensus(member(third) + "/confirmed", true);
        assertThat(butterfly("/member/health/" + third.id())).isEqualTo("\"Confirmed\"");
        allFit();

        reader.departures().depart(third.id(), "m3", "test").join();
        awaitCensus(member(third), "");
        assertThat(butterfly("/member/health/" + third.id())).isEqualTo("\"Departed\"");
        assertThat(butterfly("/departed_members")).isEqualTo("[\"" + third.id() + "\"]");
        allFit();
    }

    private static void put(String path, String type, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest
            .newBuilder(URI.create("http://" + reader.options().ctl() + "/v1/groups/db.prod/" + path))
            .header("Authorization", "Bearer " + reader.root().controlSecret())
            .header("Content-Type", type)
            .PUT(BodyPublishers.ofString(body))
            .build();
        assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
    }

}
