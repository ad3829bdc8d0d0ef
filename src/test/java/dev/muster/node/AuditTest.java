package dev.muster.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import dev.muster.key.RingKey;
import dev.muster.store.AuditCheck;
import dev.muster.store.KeyCache;
import dev.muster.store.KeyConflictException;
import dev.muster.store.UnusableKeyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is written down of who did what; two real nodes, of which one has gateways. */
class AuditTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String VALUE = "a-value-nobody-may-read-in-the-log";

    private static TestNodes nodes;

    private static Node node;

    private static Node other;

    private static ConfigurableApplicationContext gateways;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        RingKey key = RingKey.generate("test", Instant.parse("2026-01-01T00:00:00Z"), new SecureRandom());
        node = nodes.start(keyed(nodes.plan(1), key, 1));
        other = nodes.start(keyed(nodes.plan(2, 1), key, 2));
        gateways = Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl());
        await().until(() -> node.replica().view().members().size() == 2);
    }

    private static NodePlan keyed(NodePlan plan, RingKey key, int number) throws IOException {
        KeyCache cache = new KeyCache(nodes.root(number).resolve("cache/keys"));
        try {
            cache.add(key);
            return plan.with(RingKeys.find("test", null, cache).orElseThrow());
        }
        catch (KeyConflictException | UnusableKeyException | OptionException ex) {
            throw new IOException(ex);
        }
    }

    @AfterAll
    static void end() {
        gateways.close();
        nodes.close();
    }

    private static HttpResponse<String> with(String secret, String method, String path, String body, String... headers)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + node.options().ctl() + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, BodyPublishers.ofString(body))
            .header("Content-Type", path.contains("/config") ? "application/toml" : "application/json");
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
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

    private static HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException {
        return with(node.root().controlSecret(), method, path, body, headers);
    }

    private static JsonNode entries(String query) throws IOException {
        HttpResponse<String> answer = send("GET", "/v1/audit?" + query, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).get("entries");
    }

    private static String token(String name, String role) throws IOException {
        return JSON.readTree(send("POST", "/v1/tokens", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}").body())
            .get("secret")
            .asString();
    }

    @Test
    void aChangeIsWrittenDownWithWhoMadeItAndWhatCameOfIt() throws Exception {
        String secret = token("ci", "apply");
        HttpResponse<String> applied = with(secret, "PUT", "/v1/groups/web.one/config?message=" + VALUE,
                "port = '" + VALUE + "'", "Muster-Author", "ann@desk", "Idempotency-Key", "req-1");
        assertThat(applied.statusCode()).isEqualTo(201);
        JsonNode entry = entries("group=web.one&limit=1").get(0);
        assertThat(entry.get("kind").asString()).isEqualTo("change");
        assertThat(entry.get("who").asString()).isEqualTo("ci");
        assertThat(entry.get("token").asString()).matches("[0-9a-f]{12}");
        assertThat(entry.get("claimed").asString()).isEqualTo("ann@desk");
        assertThat(entry.get("from").asString()).isEqualTo("127.0.0.1");
        assertThat(entry.get("request").asString()).isEqualTo("req-1");
        assertThat(entry.get("method").asString()).isEqualTo("PUT");
        assertThat(entry.get("path").asString()).isEqualTo("/v1/groups/web.one/config");
        assertThat(entry.get("status").asInt()).isEqualTo(201);
        assertThat(entry.get("revision").asString()).isEqualTo(JSON.readTree(applied.body()).get("id").asString());
        assertThat(entry.get("memberName").asString()).isEqualTo("m1");
        send("PUT", "/v1/groups/web.one/config?number=1", "port = 2");
        JsonNode refused = entries("group=web.one&limit=1").get(0);
        assertThat(refused.get("who").asString()).isEqualTo("secret");
        assertThat(refused.get("status").asInt()).isEqualTo(409);
        assertThat(refused.get("problem").asString()).isEqualTo("conflict");
        assertThat(AuditCheck.of(nodes.root(1).resolve("sup/default/data/audit")).problem()).isEmpty();
    }

    @Test
    void servicesStandUnderTheirGroupsAndReadingUnderNothing() throws Exception {
        assertThat(send("PUT", "/v1/services/sleeper", "{\"ident\":\"test/sleeper\",\"group\":\"one\"}").statusCode())
            .isEqualTo(201);
        assertThat(send("DELETE", "/v1/services/sleeper", "").statusCode()).isEqualTo(202);
        send("GET", "/v1/services", "");
        assertThat(entries("group=sleeper.one").findValuesAsString("method")).containsExactly("DELETE", "PUT");
    }

    @Test
    void whoIsNotLetInIsWrittenDownButCannotFillTheDisk() throws Exception {
        String viewer = token("viewer", "view");
        int before = entries("limit=10000").size();
        with(viewer, "PUT", "/v1/groups/web.two/config", "port = 1");
        JsonNode forbidden = entries("limit=1").get(0);
        assertThat(forbidden.get("kind").asString()).isEqualTo("refused");
        assertThat(forbidden.get("who").asString()).isEqualTo("viewer");
        assertThat(forbidden.get("problem").asString()).isEqualTo("forbidden");
        assertThat(forbidden.get("group").asString()).isEqualTo("web.two");
        for (int i = 0; i < 150; i++) {
            with("wrong-" + VALUE, "GET", "/v1/node", "", "Muster-Author", VALUE);
        }
        with("", "GET", "/v1/node", "");
        JsonNode all = entries("limit=10000");
        // Other tests were refused too, and a minute may have ended meanwhile.
        assertThat(all.size() - before).isBetween(30, 121);
        assertThat(all.findValuesAsString("problem")).contains("unauthorized", "too-many-attempts");
    }

    @Test
    void whatTakesLongIsWrittenDownWithItsEndAndAnsweredToWhoMayAskAgain() throws Exception {
        HttpResponse<String> rotated = send("POST", "/v1/ring/keys/rotate", "", "Idempotency-Key", "rotate-1");
        assertThat(JSON.readTree(rotated.body()).get("stage").asString()).isEqualTo("ONLY");
        assertThat(send("POST", "/v1/ring/keys/rotate", "", "Idempotency-Key", "rotate-1").body())
            .isEqualTo(rotated.body());
        JsonNode entry = entries("limit=1").get(0);
        assertThat(entry.get("path").asString()).isEqualTo("/v1/ring/keys/rotate");
        assertThat(entry.get("status").asInt()).isEqualTo(200);
    }

    @Test
    void anotherMemberIsAskedForWhatWasDoneThroughIt() throws Exception {
        java.util.Map<String, Object> line = new java.util.HashMap<>();
        line.put("time", "2036-01-01T00:00:00Z");
        line.put("kind", "change");
        line.put("group", "far.one");
        other.audit().record(new java.util.HashMap<>(line));
        assertThat(entries("group=far.one").size()).isZero();
        JsonNode found = entries("group=far.one&all-members=true");
        assertThat(found.size()).isEqualTo(1);
        assertThat(found.get(0).get("memberName").asString()).isEqualTo("m2");
        assertThat(entries("all-members=true&since=2035-01-01T00:00:00Z").size()).isEqualTo(1);
        assertThat(send("GET", "/v1/audit?since=yesterday", "").statusCode()).isEqualTo(400);
        assertThat(send("GET", "/v1/audit?limit=0", "").statusCode()).isEqualTo(400);
        assertThat(with(token("operator", "operate"), "GET", "/v1/audit", "").statusCode()).isEqualTo(403);
    }

    @Test
    void noSecretAndNoValueIsInTheLog() throws Exception {
        String secret = token("hider", "admin");
        for (String key : List.of(secret, node.root().controlSecret(), "wrong-" + VALUE)) {
            with(key, "PUT", "/v1/groups/web.three/config?message=" + VALUE, "port = '" + VALUE + "'");
            with(key, "PUT", "/v1/groups/web.three/config", "port = '" + VALUE);
            with(key, "POST", "/v1/groups/web.three/config/changes", "{\"set\":{\"port\":\"" + VALUE + "\"}}",
                    "If-Match", "\"1-00000000\"");
            with(key, "POST", "/v1/tokens", "{\"name\":\"made\",\"role\":\"view\"}");
        }
        try (Stream<Path> files = Files.walk(nodes.root(1).resolve("sup/default/data/audit"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).as(file.toString())
                    .doesNotContain(VALUE)
                    .doesNotContain(secret.substring(20))
                    .doesNotContain(node.root().controlSecret())
                    .doesNotContain("Bearer");
            }
        }
    }

}
