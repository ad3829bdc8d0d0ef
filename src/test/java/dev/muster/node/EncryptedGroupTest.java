package dev.muster.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.muster.group.GroupName;
import dev.muster.group.MemberState;
import dev.muster.group.Revision;
import dev.muster.key.BoxMessage;
import dev.muster.key.SecretBoxKey;
import dev.muster.pack.PackageIdent;
import dev.muster.service.Rung;
import dev.muster.service.ServiceSpec;
import dev.muster.shell.Client;
import dev.muster.store.KeyCache;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A group of an organization on two real nodes: one has the keys, the other gets them
 * later. What was encrypted is looked for wherever it must not be.
 */
class EncryptedGroupTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final JsonMapper JSON = new JsonMapper();

    private static final GroupName GROUP = GroupName.parse("vault.prod@acme");

    /** In the configuration, as a value and as a key, and in a file. */
    private static final String CANARY = "canary-4711";

    private static final String TOML = "port = 7\npassword = '" + CANARY + "'\n" + CANARY + " = 1\n";

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    private static Path directory;

    private static Path userKeys;

    private static Client client;

    private static TestNodes nodes;

    private static Node a;

    private static Node b;

    private static ConfigurableApplicationContext gateways;

    private static final StringBuilder TOLD = new StringBuilder();

    @BeforeAll
    static void start(@TempDir Path temporary) throws IOException {
        directory = temporary;
        userKeys = directory.resolve("user-keys");
        client = new Client(directory.resolve("client"), "");
        listen();
        nodes = new TestNodes(directory);
        nodes.organization = Optional.of("acme");
        nodes.pack("vault", Map.of("default.toml", "port = 1\npassword = 'none'\n", "config.schema.json",
                "{\"properties\": {\"port\": {\"type\": \"integer\"}}, \"additionalProperties\": true}", "EXPORTS",
                "port=port\npassword=password\n", "config/vault.conf", "{{cfg.port}} {{cfg.password}}\n",
                "config/sub/all.json", "{{toJson cfg}}\n", "hooks/run", "#!/bin/sh\nexec sleep 600\n",
                "hooks/health-check", "#!/bin/sh\ncat config/vault.conf\nexit 1\n", "hooks/file-updated",
                "#!/bin/sh\ncat files/* >&2\n"));
        assertThat(muster("user key generate alice --cache-key-path " + userKeys)).isZero();
        assertThat(muster("svc key generate vault.prod acme --cache-key-path " + userKeys)).isZero();
        giveKeys(1);
        a = nodes.start(1);
        b = nodes.start(2, 1);
        for (Node node : List.of(a, b)) {
            node.localServices().load(ServiceSpec.of(PackageIdent.parse("test/vault")).withGroup("prod"), false);
        }
        gateways = Gateways.open(a, Path.of("").toAbsolutePath(), new AskedControl());
        await().atMost(SOON)
            .until(() -> a.registry().group(GROUP).map((group) -> group.members().size()).orElse(0) == 2
                    && a.replica().view().members().size() == 2
                    && Stream.of(a, b).allMatch((node) -> node.services().status("vault").pid().isPresent()));
    }

    private static void listen() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ((Logger) LoggerFactory.getLogger("dev.muster")).setLevel(Level.TRACE);
        LOG.start();
        root.addAppender(LOG);
    }

    @AfterAll
    static void end() {
        gateways.close();
        nodes.close();
        ((Logger) LoggerFactory.getLogger("dev.muster")).setLevel(null);
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(LOG);
    }

    /**
     * What the members of the group need: the user's public key, and both of the group.
     */
    private static void giveKeys(int number) throws IOException {
        Path keys = Files.createDirectories(nodes.root(number).resolve("cache/keys"));
        try (Stream<Path> files = Files.list(userKeys)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".pub") || name.startsWith("vault.prod@acme-")) {
                    Files.copy(file, keys.resolve(name));
                }
            }
        }
    }

    /** Runs a command; what it prints is among what was told. */
    private static int muster(String line) {
        int exit = client.exactly(List.of(line.split(" ")));
        TOLD.append(client.out()).append(client.err()).append('\n');
        return exit;
    }

    private static int asked(String line) {
        return muster(line + " --remote-sup http://" + a.options().ctl() + " --ctl-secret-file "
                + a.root().layout().controlSecret());
    }

    private static int encrypting(String line) {
        return asked(line + " -u alice --cache-key-path " + userKeys);
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) throws IOException {
        boolean control = path.startsWith("/v1");
        HttpRequest.Builder request = HttpRequest
            .newBuilder(URI.create("http://" + (control ? a.options().ctl() : a.options().http()) + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + a.root().controlSecret())
            .method(method, BodyPublishers.ofString(body));
        if (!type.isEmpty()) {
            request.header(method.equals("GET") ? "Accept" : "Content-Type", type);
        }
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
            TOLD.append(answer.headers().map()).append(answer.body()).append('\n');
            return answer;
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException(ex);
        }
    }

    private static HttpResponse<String> get(String path) throws IOException {
        return send("GET", path, "", "");
    }

    private static Path service(Node node) {
        return node.root().layout().services().resolve("vault");
    }

    private static Optional<MemberState> seen(Node node) {
        return a.registry().group(GROUP).flatMap((group) -> group.members().get(node.id()).state());
    }

    /** Asks for everything that shows something of a group. */
    private static void askForEverything() throws IOException {
        String group = "/v1/groups/vault.prod@acme";
        for (String path : List.of("/v1/groups", group + "/config", group + "/config?explain=true",
                group + "/revisions", group + "/revisions/current", group + "/revisions/current/diff",
                group + "/revisions/1/diff?to=current", group + "/files", group + "/rollout", group + "/policy",
                group + "/revisions/current/events?until=received", "/v1/services", "/v1/services/vault", "/v1/node",
                "/v1/ring", "/v1/audit", "/services", "/services/vault/prod/acme", "/services/vault/prod/acme/config",
                "/services/vault/prod/acme/health", "/census", "/butterfly", "/metrics", "/actuator/health",
                "/actuator/info")) {
            assertThat(get(path).statusCode()).as(path).isIn(200, 500, 503);
        }
        send("GET", group + "/config", "application/toml", "");
        send("GET", group + "/config?explain=true", "application/toml", "");
        for (String command : List.of("config show vault.prod@acme", "config show vault.prod@acme --explain",
                "config status vault.prod@acme", "config history vault.prod@acme", "config diff vault.prod@acme",
                "file list vault.prod@acme", "rollout status vault.prod@acme", "svc status test/vault", "group list")) {
            assertThat(asked(command)).as(command).isZero();
        }
    }

    /** Every file that has it, but for the rendered ones of a member. */
    private static List<Path> findOnDisk() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Node node : List.of(a, b)) {
            Path services = service(node);
            try (Stream<Path> files = Files.walk(node.root().layout().root())) {
                files.filter(Files::isRegularFile)
                    .filter((file) -> !file.startsWith(services.resolve("config"))
                            && !file.startsWith(services.resolve("files"))
                            && !file.startsWith(services.resolve("logs")))
                    .filter(EncryptedGroupTest::hasIt)
                    .forEach(found::add);
            }
        }
        return found;
    }

    private static boolean hasIt(Path file) {
        try {
            return file.getFileName().toString().contains(CANARY)
                    || new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(CANARY);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void nothingTellsIt() throws IOException {
        askForEverything();
        assertThat(findOnDisk()).isEmpty();
        assertThat(TOLD.toString()).contains("encrypted by alice for vault.prod@acme").doesNotContain(CANARY);
        assertThat(List.copyOf(LOG.list)).isNotEmpty()
            // What a hook prints itself is its own log, and goes to whoever reads that.
            .noneMatch((event) -> (event.getFormattedMessage() + event.getThrowableProxy()).contains(CANARY));
        assertThat(a.registry().groups().toString() + b.registry().groups()).doesNotContain(CANARY);
        assertThat(a.services().statuses().toString() + b.services().statuses()).doesNotContain(CANARY);
        // What is on the disks is sealed once more, by each node for itself.
        for (Node node : List.of(a, b)) {
            for (Revision revision : node.registry().group(GROUP).orElseThrow().revisions()) {
                assertThat(new String(node.registry().content(revision), StandardCharsets.UTF_8)).startsWith("BOX-1\n");
                assertThat(revision.files().all()).allMatch((file) -> file.content().envelope().isPresent());
            }
        }
    }

    @Test
    void whatIsEncryptedIsWithThoseWhoHaveTheKeyAndNowhereElse() throws Exception {
        Path toml = Files.writeString(directory.resolve("vault.toml"), TOML);
        Path file = Files.writeString(directory.resolve("token"), CANARY);
        assertThat(encrypting("config apply vault.prod@acme " + toml + " --plan")).as(TOLD.toString()).isZero();
        assertThat(client.out()).containsPattern("m1 +restart +config file changed: sub/all.json, vault.conf")
            .containsPattern("m2 +unknown +waits for the key file");
        assertThat(client.err()).contains("cannot be shown, since they are encrypted", "members check it");
        assertThat(encrypting("config apply vault.prod@acme " + toml)).as(TOLD.toString()).isZero();
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(service(a).resolve("config/vault.conf")).hasContent("7 " + CANARY));
        assertThat(encrypting("file upload vault.prod@acme " + file)).as(TOLD.toString()).isZero();
        await().atMost(SOON).untilAsserted(() -> assertThat(service(a).resolve("files/token")).hasContent(CANARY));

        // The other one passes on what it cannot read, goes on, and says what it lacks.
        await().atMost(SOON)
            .until(() -> seen(b).map(MemberState::lack).map(MemberState.Lack::text).orElse("").contains("waits for"));
        assertThat(seen(b).orElseThrow().lack().text()).contains(nodes.root(2).resolve("cache/keys").toString(),
                "alice-", ".pub", "vault.prod@acme-", ".box.key");
        assertThat(service(b).resolve("config/vault.conf")).hasContent("1 none");
        assertThat(service(b).resolve("files")).isEmptyDirectory();
        assertThat(get("/v1/groups/vault.prod@acme/revisions/current").body()).contains("waits for the key file");
        // The health check prints what it can read; that stays with it.
        await().atMost(SOON).until(() -> seen(a).orElseThrow().rung() == Rung.HEALTHY);
        assertThat(seen(a).orElseThrow().exports()).isEmpty();
        nothingTellsIt();

        refusesWhatIsNot();
        theKeyComes();
        whatDoesNotOpen();
    }

    private static void refusesWhatIsNot() throws IOException {
        List<String> contents = contents();
        // Not held against what members know of it: it would travel to them for that.
        JsonNode plain = JSON
            .readTree(send("PUT", "/v1/groups/vault.prod@acme/config", "application/toml", "port = 'eight'\n").body());
        assertThat(plain.get("type").asString()).isEqualTo("urn:muster:problem:invalid-config");
        assertThat(plain.get("status").asInt()).isEqualTo(422);
        assertThat(plain.get("detail").asString()).contains("muster config apply vault.prod@acme FILE -u USER");
        assertThat(send("PUT", "/v1/groups/vault.prod@acme/config?replace-with-empty=true", "application/toml", "")
            .statusCode()).isEqualTo(422);
        HttpResponse<String> file = send("PUT", "/v1/groups/vault.prod@acme/files/token", "application/octet-stream",
                "plain");
        assertThat(file.statusCode()).isEqualTo(422);
        assertThat(file.body()).contains("muster file upload vault.prod@acme token -u USER");
        assertThat(contents()).as("what is refused is not stored either").isEqualTo(contents);
        assertThat(send("PUT", "/v1/groups/vault.prod@acme/files/token?encrypted=true", "application/octet-stream",
                "plain")
            .body()).contains("is said to be encrypted");
        assertThat(send("PUT", "/v1/groups/vault.prod@acme/config", "application/vnd.muster.box", "plain").statusCode())
            .isEqualTo(400);
        assertThat(asked("config set vault.prod@acme port=9")).isEqualTo(7);
        assertThat(client.err()).contains(
                "is encrypted by alice for vault.prod@acme, so single keys of it cannot be" + " changed",
                "muster config apply vault.prod@acme FILE -u USER");
    }

    private static List<String> contents() {
        return List.of(Objects.requireNonNull(a.root().layout().contents().toFile().list()));
    }

    private static void theKeyComes() throws IOException {
        giveKeys(2);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(service(b).resolve("config/vault.conf")).hasContent("7 " + CANARY);
            assertThat(service(b).resolve("files/token")).hasContent(CANARY);
        });
        await().atMost(SOON).until(() -> seen(b).orElseThrow().lack() == null);
        nothingTellsIt();
    }

    private static void whatDoesNotOpen() throws Exception {
        KeyCache keys = new KeyCache(userKeys);
        SecretBoxKey alice = keys.secretKeys("alice").get(0);
        SecretBoxKey forged = SecretBoxKey.ofUser("alice", alice.id().time(), new SecureRandom());
        String message = BoxMessage
            .seal(TOML.getBytes(StandardCharsets.UTF_8), forged, keys.publicKeys("vault.prod@acme").get(0),
                    new SecureRandom())
            .text();
        assertThat(send("PUT", "/v1/groups/vault.prod@acme/config", "application/vnd.muster.box", message).statusCode())
            .isEqualTo(201);
        await().atMost(SOON)
            .until(() -> Stream.of(a, b).allMatch((node) -> seen(node).orElseThrow().rung() == Rung.FAILED));
        assertThat(seen(b).orElseThrow().reason()).contains("cannot be opened: it was made with other keys");
        // What could be read last goes on, whatever restarts.
        nodes.leaveServices(b);
        b = nodes.start(2, 1);
        await().atMost(SOON).until(() -> b.services().status("vault").pid().isPresent());
        b.localServices().stop("vault", Optional.empty());
        await().atMost(SOON).until(() -> b.services().status("vault").pid().isEmpty());
        b.localServices().start("vault");
        await().atMost(SOON).until(() -> b.services().status("vault").pid().isPresent());
        assertThat(service(b).resolve("config/vault.conf")).hasContent("7 " + CANARY);
        assertThat(asked("config rollback vault.prod@acme --wait")).as(TOLD.toString()).isZero();
        assertThat(seen(b).orElseThrow().rung()).isEqualTo(Rung.HEALTHY);
        nothingTellsIt();
    }

}
