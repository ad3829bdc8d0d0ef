package dev.muster.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A real node's gateways over real sockets. */
class GatewayTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final AskedControl CONTROL = new AskedControl();

    private static TestNodes nodes;

    private static Node node;

    private static ConfigurableApplicationContext gateways;

    private static String control;

    private static String reading;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        node = nodes.start(1);
        gateways = Gateways.open(node, Path.of("").toAbsolutePath(), CONTROL);
        control = "http://" + node.options().ctl();
        reading = "http://" + node.options().http();
    }

    @AfterAll
    static void end() {
        gateways.close();
        nodes.close();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(control + path));
    }

    private static HttpRequest.Builder authorized(String path) throws IOException {
        return request(path).header("Authorization", "Bearer " + node.root().controlSecret());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> put(String path, String toml, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = authorized(path).PUT(BodyPublishers.ofString(toml));
        request.header("Content-Type", "application/toml");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
            .hasValueSatisfying((value) -> assertThat(value).startsWith("application/problem+json"));
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.get("type").asString()).isEqualTo("urn:muster:problem:" + type);
        assertThat(body.get("detail").asString()).isNotBlank();
        assertThat(body.get("status").asInt()).isEqualTo(status);
        return body;
    }

    @ParameterizedTest
    @ValueSource(strings = { "/v1/node", "/v1/nothing", "/", "/census", "/actuator/health", "/v1/openapi.json" })
    void theSecretIsLookedAtBeforeThePath(String path) throws Exception {
        problem(send(request(path)), 401, "unauthorized");
        problem(send(request(path).header("Authorization", "Bearer wrong")), 401, "unauthorized");
        problem(send(request(path).header("Authorization", "Basic " + node.root().controlSecret())), 401,
                "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/v1/services/nothing/changes", "/v1/node/stop", "/v1/node/restart", "/v1/nothing" })
    void theSecretIsLookedAtBeforeAChange(String path) throws Exception {
        problem(send(request(path).POST(BodyPublishers.ofString("{}"))), 401, "unauthorized");
        problem(send(request(path).header("Authorization", "Bearer wrong").POST(BodyPublishers.ofString("{}"))), 401,
                "unauthorized");
        assertThat(CONTROL.asked()).isEmpty();
    }

    @Test
    void aNodeIsStoppedAndRestartedOnRequestUnlessNobodyCouldFollow() throws Exception {
        HttpResponse<String> stop = send(authorized("/v1/node/stop").POST(BodyPublishers.noBody()));
        assertThat(stop.statusCode()).isEqualTo(202);
        assertThat(JSON.readTree(stop.body()).get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
        assertThat(send(authorized("/v1/node/restart").POST(BodyPublishers.noBody())).statusCode()).isEqualTo(202);
        assertThat(CONTROL.asked()).containsExactly("stop", "restart");
        CONTROL.asked().clear();
        CONTROL.refuseToRestart("No process could.");
        assertThat(problem(send(authorized("/v1/node/restart").POST(BodyPublishers.noBody())), 503, "unavailable")
            .get("detail")
            .asString()).isEqualTo("No process could.");
        CONTROL.refuseToRestart("");
        problem(send(authorized("/v1/node/stop")), 405, "method-not-allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/v1/nothing", "/", "/census", "/actuator/health", "/v1", "/services" })
    void theControlGatewayHasNothingButItsApi(String path) throws Exception {
        problem(send(authorized(path)), 404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/", "/services", "/census", "/butterfly", "/metrics", "/actuator/health",
            "/actuator/health/liveness", "/actuator/health/readiness", "/actuator/info", "/actuator/prometheus" })
    void theReadGatewayHasExactlyItsPathsForEverybody(String path) throws Exception {
        HttpRequest.Builder get = HttpRequest.newBuilder(URI.create(reading + path));
        assertThat(send(get).statusCode()).isEqualTo(200);
        HttpResponse<String> head = send(
                HttpRequest.newBuilder(URI.create(reading + path)).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
            problem(send(HttpRequest.newBuilder(URI.create(reading + path)).method(method, BodyPublishers.noBody())),
                    405, "method-not-allowed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/v1", "/v1/node", "/v1/openapi.json", "/actuator", "/actuator/env", "/actuator/heapdump",
            "/actuator/health/ring", "/actuator/loggers", "/error", "/index.html", "/favicon.ico", "/census/",
            "//census", "/services/../v1/node", "/%2e%2e/v1/node", "/v1/node;x=/census" })
    void anythingElseIsNotOnTheReadGateway(String path) throws Exception {
        HttpResponse<String> response = send(HttpRequest.newBuilder(URI.create(reading + path))
            .header("Authorization", "Bearer " + node.root().controlSecret()));
        assertThat(response.statusCode()).as(response.body()).isIn(400, 404);
        assertThat(response.body()).doesNotContain("memberId");
    }

    @Test
    void metricsAreTheSameAtBothPlaces() throws Exception {
        String metrics = send(HttpRequest.newBuilder(URI.create(reading + "/metrics"))).body();
        assertThat(metrics).contains("muster_ring_members 1.0")
            .contains("muster_store_writable 1.0")
            .contains("muster_groups")
            .contains("jvm_memory_used_bytes");
        Set<String> names = names(metrics);
        assertThat(names(send(HttpRequest.newBuilder(URI.create(reading + "/actuator/prometheus"))).body()))
            .containsAll(names);
    }

    private static Set<String> names(String metrics) {
        return metrics.lines().filter((line) -> line.startsWith("# TYPE")).collect(Collectors.toSet());
    }

    @Test
    void anApplyIsAcceptedThenHoldsAlreadyThenConflicts() throws Exception {
        String path = "/v1/groups/web.one/config";
        HttpResponse<String> first = put(path + "?number=7&message=first", "port = 1\nhost = 'a'\n", "Muster-Author",
                "alice@desk");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        JsonNode made = JSON.readTree(first.body());
        String id = made.get("id").asString();
        assertThat(id).matches("7-[0-9a-f]{8}");
        assertThat(made.get("author").asString()).isEqualTo("alice@desk");
        assertThat(made.get("message").asString()).isEqualTo("first");
        assertThat(made.get("applied").asString()).isEqualTo("accepted");
        assertThat(made.get("oneCopyOnly").asBoolean()).isFalse();
        assertThat(made.get("time").asString()).endsWith("Z");
        assertThat(made.get("note").asString()).startsWith("nobody runs web.one; known: ");
        assertThat(first.headers().firstValue("ETag")).contains('"' + id + '"');
        assertThat(first.headers().firstValue("Location")).contains("/v1/groups/web.one/revisions/" + id);

        HttpResponse<String> same = put(path + "?number=7", "host = \"a\"\nport = 0x1 # the same\n");
        assertThat(same.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(same.body()).get("applied").asString()).isEqualTo("already");
        assertThat(JSON.readTree(same.body()).get("id").asString()).isEqualTo(id);

        JsonNode conflict = problem(put(path + "?number=7", "port = 2\n"), 409, "conflict");
        assertThat(conflict.get("group").asString()).isEqualTo("web.one");
        assertThat(conflict.get("current").get("id").asString()).isEqualTo(id);
        assertThat(conflict.get("current").get("author").asString()).isEqualTo("alice@desk");
        assertThat(conflict.get("detail").asString()).contains("to get 8");
        assertThat(conflict.get("diff").toString()).contains("- port = (secret)", "+ port = (secret)");
        problem(put(path + "?number=6", "port = 1\nhost = 'a'\n"), 409, "conflict");

        HttpResponse<String> next = put(path, "port = 2\n", "If-Match", '"' + id + '"');
        assertThat(next.statusCode()).isEqualTo(201);
        assertThat(JSON.readTree(next.body()).get("number").asLong()).isEqualTo(8);
        assertThat(JSON.readTree(next.body()).get("vanished").toString()).isEqualTo("[\"host\"]");
        problem(put(path, "port = 3\n", "If-Match", '"' + id + '"'), 412, "revision-mismatch");

        HttpResponse<String> status = send(authorized("/v1/groups/web.one/revisions/7"));
        assertThat(JSON.readTree(status.body()).get("state").asString()).isEqualTo("superseded");
        assertThat(JSON.readTree(status.body()).get("members").isEmpty()).isTrue();
        problem(send(authorized("/v1/groups/web.one/revisions/9")), 404, "not-found");
        problem(send(authorized("/v1/groups/web.two/revisions/current")), 404, "not-found");
    }

    @Test
    void jsonIsTakenForALayerToo() throws Exception {
        HttpResponse<String> response = put("/v1/groups/web.json/config", "{\"port\": 1, \"tls\": {\"on\": true}}",
                "Content-Type", "application/json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(put("/v1/groups/web.json/config", "port = 1\n[tls]\non = true\n").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            redis/config                     | port = 1      | application/toml | 400 | invalid-name
            core%2Fredis.prod/config         | port = 1      | application/toml | 400 | bad-request
            re%20dis.prod/config             | port = 1      | application/toml | 400 | invalid-name
            web.bad/config                   | port =        | application/toml | 400 | invalid-syntax
            web.bad/config                   | {"port": }    | application/json | 400 | invalid-syntax
            web.bad/config                   | port = 1      | text/plain       | 415 | unsupported-media-type
            web.bad/config                   | port = 1      | nonsense         | 415 | unsupported-media-type
            web.bad/config                   | # nothing     | application/toml | 422 | invalid-config
            web.bad/config?number=0          | port = 1      | application/toml | 422 | invalid-config
            web.bad/config?number=x          | port = 1      | application/toml | 422 | invalid-config
            web.bad/config?number=9007199254740992 | port = 1 | application/toml | 422 | invalid-config
            web.bad/revisions/current?until=later  | port = 1 | application/toml | 405 | method-not-allowed
            """)
    void whatCannotBeAppliedIsRefusedAndChangesNothing(String path, String body, String type, int status,
            String problem) throws Exception {
        int before = node.replica().holding().facts();
        HttpResponse<String> response = put("/v1/groups/" + path, body, "Content-Type", type);
        if (response.statusCode() == 400 && problem.equals("bad-request")) {
            // The server itself refuses an encoded slash, before any of us is asked.
            return;
        }
        problem(response, status, problem);
        assertThat(node.replica().holding().facts()).isEqualTo(before);
    }

    @Test
    void aMistakeIsNamedWithLineAndColumn() throws Exception {
        JsonNode problem = problem(put("/v1/groups/web.bad/config", "port = 1\nhost = \n"), 400, "invalid-syntax");
        assertThat(problem.get("line").asInt()).isEqualTo(2);
        assertThat(problem.get("column").asInt()).isPositive();
    }

    @Test
    void aConfigurationThatIsTooLargeIsRefusedWithItsSize() throws Exception {
        JsonNode problem = problem(put("/v1/groups/web.bad/config", "a = '" + "x".repeat(65_536) + "'"), 413,
                "too-large");
        assertThat(problem.get("limit").asInt()).isEqualTo(65_536);
        assertThat(problem.get("size").asInt()).isEqualTo(65_536 + 6);
        String most = "a = '" + "x".repeat(65_536 - 6) + "'";
        assertThat(put("/v1/groups/web.large/config", most).statusCode()).isEqualTo(201);
    }

    @Test
    void whatIsNotUtf8IsRefused() throws Exception {
        HttpRequest.Builder request = authorized("/v1/groups/web.bad/config").header("Content-Type", "application/toml")
            .PUT(BodyPublishers.ofByteArray("a = '\u00e4'".getBytes(StandardCharsets.ISO_8859_1)));
        problem(send(request), 400, "invalid-syntax");
    }

    @Test
    void anAuthorIsPrintable() throws Exception {
        problem(put("/v1/groups/web.bad/config", "port = 1", "Muster-Author", "x".repeat(129)), 400, "bad-request");
    }

    @Test
    void aChangeAskedForTwiceUnderOneKeyIsMadeOnce() throws Exception {
        String key = UUID.randomUUID().toString();
        String path = "/v1/groups/web.twice/config";
        HttpResponse<String> first = put(path, "port = 1\n", "Idempotency-Key", key);
        assertThat(put(path, "port = 2\n", "Idempotency-Key", "another").statusCode()).isEqualTo(201);
        HttpResponse<String> again = put(path, "port = 1\n", "Idempotency-Key", key);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("ETag")).isEqualTo(first.headers().firstValue("ETag"));
        HttpResponse<String> current = send(authorized("/v1/groups/web.twice/revisions/current"));
        assertThat(JSON.readTree(current.body()).get("number").asLong()).isEqualTo(2);
    }

    @Test
    void aServiceIsLoadedStoppedStartedAndUnloaded() throws Exception {
        String spec = "{\"ident\": \"test/sleeper\", \"group\": \"gate\"}";
        HttpResponse<String> loaded = put("/v1/services/sleeper", spec, "Content-Type", "application/json");
        assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(201);
        assertThat(put("/v1/services/sleeper", spec, "Content-Type", "application/json").statusCode()).isEqualTo(200);
        JsonNode conflict = problem(put("/v1/services/sleeper", "{\"ident\": \"test/sleeper\", \"group\": \"other\"}",
                "Content-Type", "application/json"), 409, "conflict");
        assertThat(conflict.get("detail").asString()).contains("sleeper.gate");
        await().until(() -> service().get("pid").isNumber());
        long pid = service().get("pid").asLong();
        assertThat(service().get("group").asString()).isEqualTo("sleeper.gate");

        HttpResponse<String> document = send(HttpRequest.newBuilder(URI.create(reading + "/services/sleeper/gate")));
        assertThat(JSON.readTree(document.body()).get("process").get("pid").asLong()).isEqualTo(pid);
        HttpResponse<String> config = send(
                HttpRequest.newBuilder(URI.create(reading + "/services/sleeper/gate/config")));
        assertThat(JSON.readTree(config.body()).get("port").asInt()).isEqualTo(1);
        HttpResponse<String> health = send(
                HttpRequest.newBuilder(URI.create(reading + "/services/sleeper/gate/health")));
        assertThat(JSON.readTree(health.body()).get("status").asString()).isEqualTo("OK");
        problem(send(HttpRequest.newBuilder(URI.create(reading + "/services/sleeper/none"))), 404, "not-found");
        await().untilAsserted(() -> {
            JsonNode census = JSON.readTree(send(HttpRequest.newBuilder(URI.create(reading + "/census"))).body());
            assertThat(census.at("/census_groups/sleeper.gate/population/" + node.id() + "/alive").asBoolean())
                .isTrue();
        });

        assertThat(send(authorized("/v1/services/sleeper/stop").POST(BodyPublishers.noBody())).statusCode())
            .isEqualTo(202);
        await().until(() -> service().get("state").asString().equals("down"));
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(send(authorized("/v1/services/sleeper/start").POST(BodyPublishers.noBody())).statusCode())
            .isEqualTo(202);
        await().until(() -> service().get("pid").isNumber());
        assertThat(send(authorized("/v1/services/sleeper").DELETE()).statusCode()).isEqualTo(202);
        problem(send(authorized("/v1/services/sleeper")), 404, "not-found");
        problem(send(authorized("/v1/services/sleeper").DELETE()), 404, "not-found");
    }

    private static JsonNode service() throws IOException, InterruptedException {
        return JSON.readTree(send(authorized("/v1/services/sleeper")).body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            redis   | {"ident": "core/nothing"}                          | 400 | bad-request
            nothing | {"ident": "core/nothing"}                          | 404 | not-found
            sleeper | {"ident": "sleeper"}                               | 400 | invalid-name
            sleeper | {"ident": "test/sleeper", "group": "a b"}          | 400 | invalid-name
            sleeper | {"ident": "test/sleeper", "colour": "red"}         | 400 | bad-request
            sleeper | {"group": "x"}                                     | 400 | invalid-name
            sleeper | nonsense                                           | 400 | bad-request
            """)
    void aServiceThatCannotBeIsRefused(String name, String spec, int status, String type) throws Exception {
        problem(put("/v1/services/" + name, spec, "Content-Type", "application/json"), status, type);
        assertThat(node.services().statuses()).noneMatch((known) -> known.name().equals(name));
    }

    @Test
    void theOpenApiDocumentNamesTheRoutesThatThereAre() throws Exception {
        JsonNode document = JSON.readTree(send(authorized("/v1/openapi.json")).body());
        Set<String> documented = new TreeSet<>();
        document.get("paths")
            .properties()
            .forEach((path) -> path.getValue()
                .propertyNames()
                .forEach((method) -> documented
                    .add(method.toUpperCase(java.util.Locale.ROOT) + " /v1" + path.getKey())));
        Set<String> routes = new TreeSet<>();
        gateways.getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
            .getHandlerMethods()
            .forEach((mapping, method) -> mapping.getPatternValues()
                .stream()
                .filter((pattern) -> pattern.startsWith("/v1"))
                .forEach((pattern) -> mapping.getMethodsCondition()
                    .getMethods()
                    .forEach((verb) -> routes.add(verb + " " + pattern))));
        assertThat(routes).hasSizeGreaterThan(10);
        assertThat(documented).isEqualTo(routes);
    }

    @Test
    void everyReferenceOfTheOpenApiDocumentLeadsSomewhere() throws Exception {
        JsonNode document = JSON.readTree(send(authorized("/v1/openapi.json")).body());
        document.findValuesAsString("$ref")
            .forEach((reference) -> assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference)
                .isFalse());
    }

    @Test
    void nothingOfTheSurroundingsBecomesASettingOfTheNode(@TempDir Path elsewhere) throws Exception {
        Path hostile = Files.createDirectories(elsewhere.resolve("config"));
        Files.writeString(hostile.resolve("application.yml"), "server.port: 1\nmanagement.server.port: 2\n");
        SealedEnvironment environment = new SealedEnvironment(node.options(), Path.of("config").toAbsolutePath(), "x");
        assertThat(environment.getPropertySources()).hasSize(1);
        assertThat(environment.getProperty("PATH")).isNull();
        assertThat(environment.getProperty("java.home")).isNull();
        assertThat(environment.getProperty("server.port")).isEqualTo("9632");
        Map<String, Object> sources = gateways.getEnvironment()
            .getPropertySources()
            .stream()
            .collect(Collectors.toMap((source) -> source.getName(), (source) -> source.getSource(), (a, b) -> a));
        assertThat(sources.keySet()).noneMatch((name) -> name.contains("systemEnvironment")
                || name.contains("systemProperties") || name.contains("commandLine"));
    }

}
