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
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.group.GroupName;
import dev.muster.key.RingKey;
import dev.muster.pack.PackageIdent;
import dev.muster.ring.Endpoint;
import dev.muster.ring.Recorder;
import dev.muster.service.ServiceSpec;
import dev.muster.store.KeyCache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two members, only one of which has the package that says what is secret; everything
 * that leaves them is searched for the secrets that were given to them.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class NoSecretInSightTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String GROUP = "vault.prod";

    /** In every secret there is. */
    private static final String SECRET = "zecret" + System.nanoTime();

    /** In a value that is none, to see that the search finds what is there. */
    private static final String OPEN = "openly" + System.nanoTime();

    /** Of the files of a node those that have one, or could. */
    private static final Pattern WITH_SECRETS = Pattern
        .compile(".*/(svc/[^/]+/(config|files|hooks)/.+|STATE|[A-Z_]+_SECRET|[A-Z_]+_KEY|.+\\.key|audit/AUDIT-.*)");

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    private static Path directory;

    private static TestNodes nodes;

    private static Recorder recorder;

    private static int quiet;

    /** Has not the package. */
    private static Node relay;

    private static Node owner;

    private static final List<ConfigurableApplicationContext> GATEWAYS = new ArrayList<>();

    /** What was answered to those who changed something, or tried to. */
    private static final List<String> ANSWERS = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path root) throws Exception {
        directory = root;
        nodes = new TestNodes(root);
        nodes.pack("vault", Map.of("default.toml",
                "port = 1\nnote = \"\"\npassword = \"" + SECRET + "-default\"\n[db]\nuser = \"u\"\npassword = \"\"\n",
                "config.schema.json", """
                        {"properties": {"port": {"type": "integer"}, "note": {"type": "string"},
                          "password": {"type": "string", "writeOnly": true},
                          "db": {"type": "object", "properties": {"user": {"type": "string"},
                            "password": {"type": "string", "writeOnly": true}}},
                          "users": {"type": "object", "writeOnly": true, "additionalProperties": {"type": "string"}}}}
                        """, "config/vault.conf", "{{cfg.port}} {{cfg.note}} {{cfg.password}} {{toJson cfg}}\n",
                "hooks/reconfigure", "#!/bin/sh\n# {{cfg.password}}\n", "hooks/run", "#!/bin/sh\nexec sleep 600\n",
                "EXPORTS", "port=port\npassword=password"));
        RingKey key = RingKey.generate("test", Instant.parse("2026-01-01T00:00:00Z"), new SecureRandom());
        NodePlan first = nodes.plan(1);
        recorder = new Recorder(first.options().gossip());
        Endpoint passing = recorder.at();
        NodePlan second = nodes.plan(2);
        Files.createDirectories(nodes.root(2).resolve("user/vault/config"));
        Files.writeString(nodes.root(2).resolve("user/vault/config/user.toml"),
                "[users]\n" + SECRET + " = \"" + SECRET + "-user\"\n");
        relay = nodes.start(plan(first, options(first.options(), passing, List.of()), Map.of(), key,
                List.of(root.resolve("no-packages"))));
        owner = nodes.start(plan(second, options(second.options(), second.options().advertised(), List.of(passing)),
                Map.of("HAB_VAULT", "db.password = \"" + SECRET + "-environment\""), key, second.packages()));
        for (Node node : List.of(relay, owner)) {
            GATEWAYS.add(Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl()));
        }
        // The gateways set up logging anew when they are opened.
        Logger logger = (Logger) LoggerFactory.getLogger("dev.muster");
        logger.setLevel(Level.DEBUG);
        LOG.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(LOG);
        owner.localServices().load(ServiceSpec.of(PackageIdent.parse("test/vault")).withGroup("prod"), false);
        await().atMost(Duration.ofSeconds(20))
            .until(() -> relay.registry()
                .group(GroupName.parse(GROUP))
                .stream()
                .flatMap((known) -> known.members().values().stream())
                .anyMatch((member) -> member.present()
                        && member.state().filter((state) -> state.process().equals("up")).isPresent()));
        quiet = recorder.bytes().length;
        change();
    }

    private static NodeOptions options(NodeOptions from, Endpoint advertised, List<Endpoint> peers) {
        return new NodeOptions(from.root(), from.ring(), from.name(), from.labels(), from.organization(), from.gossip(),
                from.http(), from.ctl(), advertised, from.sysIp(), peers, from.peerFile(), from.permanentPeer(),
                from.insecure(), from.allowRootServices(), Duration.ofSeconds(5), from.backoff(), from.jsonLogging(),
                from.color(), from.fileRate(), from.updates());
    }

    private static NodePlan plan(NodePlan from, NodeOptions options, Map<String, String> environment, RingKey key,
            List<Path> packages) throws Exception {
        KeyCache cache = new KeyCache(from.root().keys());
        cache.add(key);
        return new NodePlan(from.root(), options, packages, environment, RingKeys.find("test", null, cache),
                from.transport(), from.timings(), from.processes(), from.settle());
    }

    /** Changes of all kinds, and what is refused of them. */
    private static void change() throws Exception {
        byte[] padding = new byte[10_000];
        new java.util.Random(1).nextBytes(padding);
        String config = "/v1/groups/" + GROUP + "/config";
        String first = id(owner, "PUT", config, "port = 2\npassword = \"" + SECRET + "-1\"\nnote = \"" + OPEN
                + HexFormat.of().formatHex(padding) + "\"\n# was " + SECRET + "-comment\n");
        String second = id(relay, "PUT", config, "port = 3\nnote = \"" + OPEN + "\"\npassword = \"" + SECRET
                + "-2\"\n[users]\n" + SECRET + "-bob = \"" + SECRET + "-3\"\n");
        String third = id(relay, "POST", config + "/changes",
                "{\"set\":{\"db\":{\"password\":\"" + SECRET + "-4\"},\"note\":\"" + OPEN + "-\"}}", "If-Match",
                second);
        for (Node node : List.of(relay, owner)) {
            await().until(() -> node.registry()
                .group(GroupName.parse(GROUP))
                .flatMap((group) -> group.current())
                .filter((current) -> current.id().equals(third))
                .isPresent());
            for (String refused : List.of("password = " + SECRET, "password = \"" + SECRET,
                    "password = [\"" + SECRET + "\"]", "password." + "x = \"" + SECRET + "\"",
                    "users." + SECRET + " = 7", "db = \"" + SECRET + "\"", "password = \"(secret)\"")) {
                answered(node, "PUT", config, refused, 400, 422);
            }
            answered(node, "PUT", config + "?number=3", "port = 9\npassword = \"" + SECRET + "-5\"", 409);
            answered(node, "PUT", config + "?plan=true",
                    "port = 9\npassword = \"" + SECRET + "-6\"\nnote = \"" + OPEN + "\"", 200);
            answered(node, "POST", config + "/changes?plan=true", "{\"set\":{\"password\":\"" + SECRET + "-7\"}}", 200,
                    "If-Match", third);
            answered(node, "POST", config + "/changes",
                    "{\"set\":{\"password\":\"" + SECRET + "\"},\"words\":[\"port\"]}", 400, "If-Match", third);
            answered(node, "POST", config + "/changes", "{\"set\":\"" + SECRET + "\"}", 400, "If-Match", third);
            answered(node, "POST", config + "/changes", "{\"unset\":[[\"" + SECRET + "\"]]}", 400, "If-Match", third);
        }
        id(relay, "POST", "/v1/groups/" + GROUP + "/revisions/" + first + "/rollback", "");
        Path rendered = nodes.root(2).resolve("svc/vault/config/vault.conf");
        await().atMost(Duration.ofSeconds(20))
            .until(() -> Files.exists(rendered) && Files.readString(rendered).startsWith("2 " + OPEN)
                    && Files.readString(rendered).contains(SECRET + "-1"));
    }

    private static String id(Node node, String method, String path, String body, String... headers) throws Exception {
        return JSON.readTree(answered(node, method, path, body, 201, headers)).get("id").asString();
    }

    private static String answered(Node node, String method, String path, String body, int status, String... headers)
            throws Exception {
        return answered(node, method, path, body, status, status, headers);
    }

    private static String answered(Node node, String method, String path, String body, int status, int or,
            String... headers) throws Exception {
        HttpResponse<String> response = send(node, method, "http://" + node.options().ctl() + path, body, headers);
        assertThat(response.statusCode()).as(path + " " + response.body()).isIn(status, or);
        ANSWERS.add(response.body() + response.headers().map());
        return response.body();
    }

    private static HttpResponse<String> send(Node node, String method, String url, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + node.root().controlSecret())
            .header("Content-Type", url.contains("/changes") ? "application/json" : "application/toml")
            .method(method, BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i].equals("If-Match") ? '"' + headers[i + 1] + '"' : headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** Every GET there is, by its document, filled in with all that there is. */
    private static Map<String, String> everyAnswer(Node node) throws Exception {
        Map<String, String> answers = new TreeMap<>();
        String control = "http://" + node.options().ctl();
        JsonNode document = JSON.readTree(send(node, "GET", control + "/v1/openapi.json", "").body());
        TreeSet<String> paths = new TreeSet<>();
        document.get("paths")
            .properties()
            .stream()
            .filter((path) -> path.getValue().has("get"))
            .forEach((path) -> paths.add(control + "/v1" + path.getKey()));
        String reading = "http://" + node.options().http();
        GATEWAYS.get(0)
            .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
            .getHandlerMethods()
            .keySet()
            .stream()
            .flatMap((mapping) -> mapping.getPatternValues().stream())
            .filter((pattern) -> !pattern.startsWith("/v1") && !pattern.equals("/error"))
            .forEach((pattern) -> paths.add(reading + pattern.replace("/{name}/{group}", "/vault/prod")
                .replace("{what}", "config")
                .replace("/{org}", "")));
        paths.addAll(List.of(reading + "/metrics", reading + "/actuator/prometheus", reading + "/actuator/health",
                reading + "/actuator/info"));
        for (String path : paths) {
            for (String revision : path.contains("{revision}") ? List.of("1", "2", "3", "4", "current") : List.of("")) {
                String filled = path.replace("{group}", GROUP)
                    .replace("{name}", "vault")
                    .replace("{revision}", revision);
                assertThat(filled).as("say in this test what a new parameter is").doesNotContain("{");
                for (String query : queries(path)) {
                    for (String accept : path.endsWith("/events") ? List.of("text/event-stream")
                            : List.of("*/*", "application/toml")) {
                        HttpResponse<String> answer = send(node, "GET", filled + query, "", "Accept", accept);
                        answers.put(filled + query + " " + accept + " " + answer.statusCode(),
                                answer.body() + answer.headers().map());
                    }
                }
            }
        }
        return answers;
    }

    private static List<String> queries(String path) {
        if (path.endsWith("/config")) {
            return List.of("", "?explain=true");
        }
        if (path.endsWith("/diff")) {
            return List.of("", "?to=current", "?to=2");
        }
        if (path.endsWith("/events")) {
            return List.of("?until=received&timeout=1", "?until=top&timeout=1");
        }
        return path.endsWith("/audit") ? List.of("", "?all-members=true&limit=1000") : List.of("");
    }

    @Test
    void noAnswerOfAnyGatewayHasASecretInIt() throws Exception {
        for (Node node : List.of(relay, owner)) {
            Map<String, String> answers = everyAnswer(node);
            assertThat(answers.keySet()).as("answers that say something")
                .filteredOn((key) -> key.endsWith(" 200"))
                .hasSizeGreaterThan(50);
            assertThat(answers).allSatisfy((asked, answer) -> assertThat(answer).as(asked).doesNotContain(SECRET));
            assertThat(answers.entrySet()).as("answers with a value that is no secret")
                .filteredOn((entry) -> entry.getValue().contains(OPEN))
                .extracting((entry) -> entry.getKey().replaceAll("http://[^/]*|[? ].*", ""))
                .contains("/v1/groups/" + GROUP + "/revisions/current/diff", "/census");
            assertThat(answers.values()).filteredOn((answer) -> answer.contains("(secret)")).hasSizeGreaterThan(5);
        }
    }

    @Test
    void whoChangesSomethingIsToldNoSecret() {
        assertThat(ANSWERS).hasSize(30).noneMatch((answer) -> answer.contains(SECRET));
        assertThat(ANSWERS).filteredOn((answer) -> answer.contains(OPEN)).as("differences and plans").isNotEmpty();
        assertThat(ANSWERS).filteredOn((answer) -> answer.contains("(secret)")).hasSizeGreaterThan(5);
    }

    @Test
    void noFileOfANodeHasASecretInItButThoseOfTheService() throws IOException {
        List<String> found = new ArrayList<>();
        for (int number : new int[] { 1, 2 }) {
            try (Stream<Path> files = Files.walk(nodes.root(number))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SECRET)) {
                        found.add(directory.relativize(file).toString());
                    }
                }
            }
        }
        assertThat(found).containsExactlyInAnyOrder("root-2/svc/vault/config/vault.conf",
                "root-2/svc/vault/hooks/reconfigure", "root-2/user/vault/config/user.toml");
    }

    /** Whatever its directory keeps out, of which a service's user may open some. */
    @Test
    void everyFileWithASecretIsClosedToOthersByItself() throws IOException {
        Map<String, String> modes = new TreeMap<>();
        for (int number : new int[] { 1, 2 }) {
            try (Stream<Path> files = Files.walk(nodes.root(number))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String name = directory.relativize(file).toString();
                    if (WITH_SECRETS.matcher(name).matches()) {
                        modes.put(name, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                    }
                }
            }
        }
        assertThat(modes).containsKeys("root-2/svc/vault/config/vault.conf", "root-2/svc/vault/hooks/reconfigure",
                "root-2/svc/vault/STATE", "root-1/sup/default/CTL_SECRET", "root-1/sup/default/SEALING_KEY",
                "root-1/sup/default/data/NODE_KEY", "root-1/sup/default/data/audit/AUDIT-00000001");
        assertThat(modes).allSatisfy((name, mode) -> assertThat(mode).as(name).endsWith("---"));
    }

    /** Searches as a user who can walk to the roots, and may read what others may. */
    @Test
    void anotherUserOfTheHostCanReadNoSecret() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root to become another user");
        // Its owner writes this one, and says who may read it.
        Files.setPosixFilePermissions(nodes.root(2).resolve("user/vault/config/user.toml"),
                PosixFilePermissions.fromString("rw-------"));
        Path open = directory.resolve("open");
        Files.writeString(open, SECRET);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process search = new ProcessBuilder("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "grep", "-r",
                "-l", "-s", SECRET, nodes.root(1).toString(), nodes.root(2).toString(), open.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        assertThat(search.inputReader().lines()).containsExactly(open.toString());
        Files.delete(open);
    }

    @Test
    void noLogLineHasASecretInIt() {
        List<String> lines = new ArrayList<>(LOG.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(lines).noneMatch((line) -> line.contains(SECRET)).anyMatch((line) -> line.contains(GROUP));
        assertThat(new ArrayList<>(LOG.list)).as("what is logged of failures")
            .noneMatch((event) -> event.getThrowableProxy() != null
                    && String.valueOf(event.getThrowableProxy().getMessage()).contains(SECRET));
    }

    @Test
    void nothingThatTravelsCanBeRead() {
        String travelled = new String(recorder.bytes(), StandardCharsets.ISO_8859_1);
        assertThat(travelled.length() - quiet).as("the change has passed by").isGreaterThan(20_000);
        assertThat(travelled).doesNotContain(SECRET).doesNotContain(OPEN);
    }

    @AfterAll
    static void end() throws IOException {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(LOG);
        ((Logger) LoggerFactory.getLogger("dev.muster")).setLevel(null);
        GATEWAYS.forEach(ConfigurableApplicationContext::close);
        nodes.close();
        recorder.close();
    }

}
