package dev.muster.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.muster.key.Role;
import dev.muster.rumor.Hash;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Who gets in with a token, and how far; two real nodes, real sockets. */
class TokenGatewayTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Of tokens for web.*. */
    private static final Map<Role, String> OF_ROLES = new EnumMap<>(Role.class);

    private static final String READ_TOKEN = "read-token-of-this-node";

    private static TestNodes nodes;

    private static Node first;

    private static Node second;

    private static ConfigurableApplicationContext firstGateways;

    private static ConfigurableApplicationContext secondGateways;

    private static Path directory;

    @BeforeAll
    static void start(@TempDir Path place) throws IOException {
        directory = place;
        nodes = new TestNodes(place);
        NodePlan plan = nodes.plan(1);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("HAB_SUP_GATEWAY_AUTH_TOKEN", READ_TOKEN);
        first = nodes.start(new NodePlan(plan.root(), plan.options(), plan.packages(), environment, plan.ringKeys(),
                plan.transport(), plan.timings(), plan.processes(), plan.settle()));
        second = nodes.start(2, 1);
        firstGateways = Gateways.open(first, Path.of("").toAbsolutePath(), new AskedControl());
        secondGateways = Gateways.open(second, Path.of("").toAbsolutePath(), new AskedControl());
        await().until(() -> first.replica().view().members().size() == 2);
        for (Role role : Role.values()) {
            OF_ROLES.put(role, secret(role.word() + "-of-web", role.word(), "web.*"));
        }
        for (String group : List.of("web.one", "web.two", "db.one")) {
            assertThat(send(first, first.root().controlSecret(), "PUT", "/v1/groups/" + group + "/config", "port = 1")
                .statusCode()).isEqualTo(201);
        }
        assertThat(send(first, first.root().controlSecret(), "PUT", "/v1/services/sleeper",
                "{\"ident\":\"test/sleeper\",\"group\":\"one\"}")
            .statusCode()).isEqualTo(201);
    }

    @AfterAll
    static void end() {
        firstGateways.close();
        secondGateways.close();
        nodes.close();
    }

    private static HttpResponse<String> send(Node node, String secret, String method, String path, String body,
            String... headers) throws IOException {
        return send("http://" + node.options().ctl() + path, secret, method, body, headers);
    }

    private static HttpResponse<String> send(String url, String secret, String method, String body, String... headers)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + secret)
            .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        request.header("Content-Type", url.matches(".*/(files/.*|contents)") ? "application/octet-stream"
                : (url.contains("/config") && !url.contains("/changes")) ? "application/toml" : "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException(ex);
        }
    }

    private static JsonNode made(Node node, String name, String role, String groups) throws IOException {
        HttpResponse<String> made = send(node, node.root().controlSecret(), "POST", "/v1/tokens",
                "{\"name\":\"%s\",\"role\":\"%s\",\"groups\":\"%s\"}".formatted(name, role, groups), "Muster-Author",
                "ann@desk");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.headers().firstValue("Cache-Control")).contains("no-store");
        return JSON.readTree(made.body());
    }

    private static String secret(String name, String role, String groups) throws IOException {
        return made(first, name, role, groups).get("secret").asString();
    }

    private static JsonNode problem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode body = JSON.readTree(response.body());
        assertThat(body.get("type").asString()).isEqualTo("urn:muster:problem:" + type);
        return body;
    }

    /** What each role is enough for, on a group that is its and one that is not. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = { "GET, /v1/groups/web.one/config, -, view, 404",
            "GET, /v1/groups/web.one/revisions, -, view, 200", "GET, /v1/node, -, view, 200",
            "HEAD, /v1/groups/web.one/files, -, view, 200", "GET, /v1/services/sleeper, -, -, 403",
            "GET, /v1/services/nothing, -, -, 404", "GET, /v1/services/nothing, -, view, 404",
            "PUT, /v1/groups/web.one/config?plan=true, port = 2, apply, 412",
            "POST, /v1/groups/web.one/config/changes, '{\"set\":{\"port\":3}}', apply, 412",
            "DELETE, /v1/groups/web.one/files/none, -, apply, 412",
            "POST, /v1/groups/web.one/rollout/pause, -, apply, 409", "PUT, /v1/groups/web.one/policy, {}, operate, 200",
            "PUT, /v1/services/sleeper?force=true, " + "'{\"ident\":\"test/sleeper\",\"group\":\"one\"}', -, 403",
            "POST, /v1/services/sleeper/stop, -, -, 403", "DELETE, /v1/services/sleeper, -, -, 403",
            "POST, /v1/node/restart, -, -, 403", "DELETE, /v1/packages/test/sleeper, -, -, 403",
            "GET, /v1/ring/keys, -, -, 403", "GET, /v1/tokens, -, -, 403", "POST, /v1/tokens, {}, -, 403",
            "DELETE, /v1/tokens/0123456789ab, -, -, 403", "GET, /v1/groups/db.one/config, -, -, 403",
            "GET, /v1/groups/db%2Eone/config, -, -, 403", "GET, /v1/groups/db.one;x=web.one/config, -, -, 403",
            "PUT, /v1/groups/db.one/config, port = 9, -, 403", "PUT, /v1/groups/db.one/files/f, x, -, 403",
            "GET, /v1/groups/web.one@acme/config, -, -, 403", "GET, /v1/groups/nothing/config, -, view, 400" })
    void aRoleIsEnoughForSomeRoutesOnGroupsOfItsPattern(String method, String path, String body, String needed,
            int status) throws Exception {
        for (Role role : Role.values()) {
            HttpResponse<String> response = send(first, OF_ROLES.get(role), method, path, (body != null) ? body : "",
                    "If-Match", "\"0-00\"");
            boolean enough = needed != null && role.includes(Role.of(needed).orElseThrow());
            boolean unseen = path.equals("/v1/services/nothing") || path.contains("/groups/nothing");
            assertThat(response.statusCode()).as(role + " " + response.body())
                .isEqualTo((enough || unseen) ? status : 403);
        }
    }

    @Test
    void aRefusalSaysWhatIsNeededWhatTheTokenHasAndHowToGetMore() throws Exception {
        String secret = secret("viewer", "view", "web.*");
        JsonNode problem = problem(send(first, secret, "PUT", "/v1/groups/web.one/config", "port = 5"), 403,
                "forbidden");
        assertThat(problem.get("detail").asString()).contains("needs the role apply on web.one",
                "the token viewer has view on web.*", "muster token create NAME --role apply --groups web.one");
        assertThat(problem.get("needed").asString()).isEqualTo("apply");
        assertThat(problem.get("role").asString()).isEqualTo("view");
        assertThat(problem.get("groups").asString()).isEqualTo("web.*");
        assertThat(send("http://" + first.options().http() + "/metrics", READ_TOKEN, "GET", "").body())
            .containsPattern("muster_gateway_denied_total\\{reason=\"forbidden\"\\} [1-9]");
    }

    @Test
    void listsShowWhatThePatternLetsSee() throws Exception {
        String secret = secret("lister", "admin", "web.*");
        assertThat(JSON.readTree(send(first, secret, "GET", "/v1/groups", "").body()).findValuesAsString("group"))
            .contains("web.one", "web.two")
            .doesNotContain("db.one", "sleeper.one");
        assertThat(send(first, secret, "GET", "/v1/services", "").body()).isEqualTo("[]");
        assertThat(send(first, secret, "PUT", "/v1/groups/web.three/config?plan=true", "port = 1").body())
            .contains("nobody runs web.three")
            .doesNotContain("sleeper");
        assertThat(send(first, secret("all", "view", "*"), "GET", "/v1/services", "").body()).contains("sleeper.one");
    }

    @Test
    void aServiceIsNotTakenOutOfOrIntoGroupsOfOthers() throws Exception {
        String secret = secret("sleepers", "operate", "sleeper.one");
        assertThat(send(first, secret, "POST", "/v1/services/sleeper/changes", "{\"group\":\"one\"}").statusCode())
            .isEqualTo(200);
        assertThat(problem(send(first, secret, "POST", "/v1/services/sleeper/changes", "{\"group\":\"two\"}"), 403,
                "forbidden")
            .get("detail")
            .asString()).contains("sleeper.two");
        problem(send(first, secret, "PUT", "/v1/services/sleeper?force=true",
                "{\"ident\":\"test/sleeper\",\"group\":\"two\"}"), 403, "forbidden");
        String elsewhere = secret("elsewhere", "operate", "web.*");
        await().until(() -> second.tokens().claimed(elsewhere).isPresent());
        problem(send(second, elsewhere, "PUT", "/v1/services/sleeper",
                "{\"ident\":\"test/sleeper\",\"group\":\"one\"}"), 403, "forbidden");
    }

    @Test
    void theAuthorOfAChangeIsTheTokensName() throws Exception {
        String secret = secret("robot", "apply", "web.*");
        HttpResponse<String> applied = send(first, secret, "PUT", "/v1/groups/web.author/config", "port = 5",
                "Muster-Author", "somebody@else");
        assertThat(JSON.readTree(applied.body()).get("author").asString()).isEqualTo("robot");
    }

    @Test
    void aTokenOfOneNodeHoldsOnTheOtherAndSoDoesItsRevocation() throws Exception {
        JsonNode made = made(first, "traveller", "view", "*");
        String secret = made.get("secret").asString();
        String id = made.get("id").asString();
        await().until(() -> second.tokens().find(id).isPresent());
        assertThat(send(second, secret, "GET", "/v1/node", "").statusCode()).isEqualTo(200);
        HttpResponse<String> revoked = send(second, second.root().controlSecret(), "DELETE", "/v1/tokens/" + id, "");
        assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
        // Where it was revoked, at once.
        JsonNode problem = problem(send(second, secret, "GET", "/v1/node", ""), 401, "unauthorized");
        assertThat(problem.get("detail").asString()).contains("traveller", "revoked");
        await().until(() -> first.tokens().find(id).orElseThrow().revoked().isPresent());
        problem(send(first, secret, "GET", "/v1/node", ""), 401, "unauthorized");
        assertThat(send(first, first.root().controlSecret(), "GET", "/v1/tokens", "").body()).contains("traveller")
            .doesNotContain(secret.substring(20));
    }

    @Test
    void whatOneWasAnsweredIsNotToldToAnother() throws Exception {
        String one = secret("asker", "admin", "*");
        HttpResponse<String> made = send(first, one, "POST", "/v1/tokens", "{\"name\":\"x1\",\"role\":\"admin\"}",
                "Idempotency-Key", "same");
        assertThat(send(first, one, "POST", "/v1/tokens", "{\"name\":\"x1\",\"role\":\"admin\"}", "Idempotency-Key",
                "same")
            .body()).isEqualTo(made.body());
        HttpResponse<String> other = send(first, secret("listener", "view", "*"), "POST", "/v1/tokens",
                "{\"name\":\"x1\",\"role\":\"admin\"}", "Idempotency-Key", "same");
        problem(other, 403, "forbidden");
    }

    /**
     * An answer that was held back for {@code Idempotency-Key} is complete before the
     * body was looked at; the client takes the connection for its next request.
     */
    @Test
    void aRefusedBodyDoesNotEndTheConnection() throws Exception {
        String body = "{\"name\":\"x2\",\"role\":\"admin\"}";
        String refused = "POST /v1/tokens HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer %s\r\n"
            .formatted(OF_ROLES.get(Role.VIEW)) + "Content-Type: application/json\r\nIdempotency-Key: refused\r\n"
                + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
        String next = "GET /v1/node HTTP/1.1\r\nHost: node\r\nConnection: close\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(OF_ROLES.get(Role.VIEW));
        assertThat(exchange(first, "127.0.0.1", refused + next)).startsWith("HTTP/1.1 403")
            .containsOnlyOnce("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({ "'{\"role\":\"view\"}', 400, name", "'{\"name\":\"n\",\"role\":\"boss\"}', 400, operate",
            "'{\"name\":\"n\",\"role\":\"view\",\"groups\":\"web\"}', 400, redis.*",
            "'{\"name\":\"secret\",\"role\":\"view\"}', 400, secret",
            "'{\"name\":\"n\",\"role\":\"view\",\"color\":\"red\"}', 400, color",
            "'{\"name\":\"\\n\",\"role\":\"view\"}', 400, printable" })
    void aTokenThatCannotBeMeantIsNotMade(String body, int status, String text) throws Exception {
        HttpResponse<String> response = send(first, first.root().controlSecret(), "POST", "/v1/tokens", body);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(text);
        assertThat(first.tokens().all()).noneMatch((token) -> token.name().equals("n"));
    }

    @Test
    void theReadGatewayTakesATokenToo() throws Exception {
        String reading = "http://" + first.options().http();
        String all = secret("reader", "view", "*");
        String some = secret("one-reader", "admin", "sleeper.one");
        for (String path : List.of("/", "/services", "/census", "/butterfly", "/metrics", "/actuator/health/liveness",
                "/services/sleeper/one", "/services/sleeper/one/config")) {
            assertThat(send(reading + path, READ_TOKEN, "GET", "").statusCode()).as(path).isEqualTo(200);
            assertThat(send(reading + path, all, "GET", "").statusCode()).as(path).isEqualTo(200);
            assertThat(send(reading + path, some, "GET", "").statusCode()).as(path)
                .isEqualTo(Stream.of("/census", "/butterfly").anyMatch(path::equals) ? 403 : 200);
        }
        String other = secret("other-reader", "view", "web.*");
        assertThat(send(reading + "/services", other, "GET", "").body()).isEqualTo("[]");
        for (String path : List.of("", "/config", "/health", "/acme", "/acme/config")) {
            problem(send(reading + "/services/sleeper/one" + path, other, "GET", ""), 403, "forbidden");
        }
        problem(send(reading + "/services", "wrong", "GET", ""), 401, "unauthorized");
        // The node's secret is for control.
        problem(send(reading + "/services", first.root().controlSecret(), "GET", ""), 401, "unauthorized");
    }

    @Test
    void metricsOfAGroupAreForWhoMaySeeIt() throws Exception {
        Gauge.builder("muster.test", () -> 1)
            .tag("group", "web.seen")
            .tag("name", ",group=\"web.one\"")
            .register(firstGateways.getBean(MeterRegistry.class));
        String reading = "http://" + first.options().http();
        List<String> seeing = List.of(READ_TOKEN, secret("meters", "view", "*"), secret("web-meters", "view", "web.*"));
        String other = secret("other-meters", "admin", "web.one");
        for (String path : List.of("/metrics", "/actuator/prometheus")) {
            for (String secret : seeing) {
                assertThat(send(reading + path, secret, "GET", "").body()).contains("muster_test{group=\"web.seen\"");
            }
            assertThat(send(reading + path, other, "GET", "").body()).doesNotContain("web.seen")
                .contains("muster_ring_members 2.0");
        }
    }

    @Test
    void manyWrongSecretsAreToldToWaitAndARightOneIsStillLetIn() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(from("127.0.0.77", "wrong-" + i)).startsWith("HTTP/1.1 401");
        }
        assertThat(from("127.0.0.77", "wrong")).startsWith("HTTP/1.1 429")
            .contains("urn:muster:problem:too-many-attempts", "127.0.0.77; wait 30 seconds")
            .containsIgnoringCase("\r\nRetry-After: 30\r\n");
        assertThat(from("127.0.0.77", second.root().controlSecret())).startsWith("HTTP/1.1 200");
        assertThat(from("127.0.0.78", "wrong")).startsWith("HTTP/1.1 401");
        assertThat(send("http://" + second.options().http() + "/metrics", "none", "GET", "").body())
            .containsPattern("muster_gateway_denied_total\\{reason=\"wrong\"\\} 1[1-9]")
            .contains("muster_gateway_denied_total{reason=\"too-many-attempts\"} 1.0");
    }

    /** As somebody at that address would, who says to be elsewhere; the whole answer. */
    private static String from(String address, String secret) throws IOException {
        return exchange(second, address,
                "GET /v1/node HTTP/1.1\r\nHost: node\r\nConnection: close\r\nX-Forwarded-For: 10.9.8.7\r\n"
                        + "Forwarded: for=10.9.8.7\r\nAuthorization: Bearer " + secret + "\r\n\r\n");
    }

    private static String exchange(Node node, String address, String requests) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(node.options().ctl().host()), node.options().ctl().port(),
                InetAddress.getByName(address), 0)) {
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void secretsOfTokensAreOnNoDisk() throws Exception {
        String secret = secret("hidden", "view", "*");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)).as(file.toString())
                    .doesNotContain(secret.substring(20));
            }
        }
    }

    @Test
    void aHashOpensNothingToWhoHasNotBroughtTheBytes() throws IOException {
        String admin = first.root().controlSecret();
        assertThat(send(first, admin, "PUT", "/v1/groups/db.one/files/secret", "of db").statusCode()).isEqualTo(201);
        String hash = Hash.of("of db".getBytes(StandardCharsets.UTF_8)).hex();
        String change = "/v1/groups/web.one/config?allow-unknown=true&file=mine:" + hash;
        String apply = OF_ROLES.get(Role.APPLY);
        String refused = problem(send(first, apply, "PUT", change, "port = 2"), 422, "invalid-config").get("detail")
            .asString();
        assertThat(problem(send(first, apply, "PUT", change + "&plan=true", "port = 2"), 422, "invalid-config")
            .get("detail")
            .asString()).isEqualTo(refused);
        // The same as for a content that nobody has.
        String nowhere = "0".repeat(64);
        assertThat(problem(send(first, apply, "PUT", change.replace(hash, nowhere), "port = 2"), 422, "invalid-config")
            .get("detail")
            .asString()).isEqualTo(refused.replace(hash, nowhere));
        String other = secret("other-of-web", "apply", "web.*");
        assertThat(send(first, other, "PUT", "/v1/contents", "of db").statusCode()).isEqualTo(200);
        problem(send(first, apply, "PUT", change, "port = 2"), 422, "invalid-config");
        assertThat(send(first, other, "PUT", change, "port = 2").statusCode()).isEqualTo(201);
        // The group has it now, so it is known to who may change that.
        assertThat(send(first, apply, "PUT", change.replace("mine", "again"), "port = 3").statusCode()).isEqualTo(201);
        assertThat(send(first, admin, "PUT", "/v1/groups/web.two/config?file=any:" + hash, "port = 2").statusCode())
            .isEqualTo(201);
    }

}
