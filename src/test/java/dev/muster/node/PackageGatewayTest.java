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
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.muster.archive.Installation;
import dev.muster.archive.TestArchive;
import dev.muster.pack.HookStatus;
import dev.muster.pack.PackageIdent;
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

/** Packages of a real node, over real sockets, with hooks that are real processes. */
class PackageGatewayTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestNodes nodes;

    private static Node node;

    private static ConfigurableApplicationContext gateways;

    private static Path root;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        nodes = new TestNodes(directory);
        NodePlan plan = nodes.plan(1);
        root = plan.root().root();
        Path left = Files.createDirectories(root.resolve("pkgs/test/left/1.0/.hab-pkg-install-20260101000000-1/bin"));
        Files.writeString(left.resolve("half"), "x");
        Map<String, String> environment = new HashMap<>(plan.environment());
        environment.put("HAB_CTL_SECRET", "hush-1");
        environment.put("HAB_RING_KEY", "hush-2");
        environment.put("MUSTER_PKG_LIMIT", "1");
        environment.put("HAB_HOOKED", "{\"port\": 7}");
        environment.put("SEEN_BY_HOOKS", "yes");
        node = new Node(new NodePlan(plan.root(), plan.options(),
                List.of(root.resolve("pkgs"), directory.resolve("pkgs")), environment, Optional.empty(),
                plan.transport(), plan.timings(), plan.processes(), plan.settle()), (line) -> {
                }, (conflict) -> {
                });
        gateways = Gateways.open(node, Path.of("").toAbsolutePath(), new AskedControl());
    }

    @AfterAll
    static void end() {
        gateways.close();
        node.close(true);
        nodes.close();
    }

    private static HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create("http://" + node.options().ctl() + "/v1/" + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + node.root().controlSecret());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> put(String ident, byte[] archive) throws IOException, InterruptedException {
        return send(request("packages/" + ident).header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(archive)));
    }

    private static HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request("packages/" + path).DELETE());
    }

    private static JsonNode json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private static String problem(HttpResponse<String> response, int status, String type) {
        JsonNode problem = json(response, status);
        assertThat(problem.get("type").asString()).isEqualTo("urn:muster:problem:" + type);
        return problem.get("detail").asString();
    }

    @Test
    void aPackageIsInstalledListedLoadedAndRemoved() throws Exception {
        String ident = "test/web/1.0.0/20260101000000";
        byte[] archive = TestArchive.service(ident).gzip();
        JsonNode made = json(put(ident, archive), 201);
        assertThat(made.get("installed").asString()).isEqualTo("now");
        assertThat(made.get("signedBy").isNull()).isTrue();
        assertThat(made.get("path").asString()).isEqualTo(root.resolve("pkgs").resolve(ident).toString());
        assertThat(json(put(ident, archive), 200).get("installed").asString()).isEqualTo("already");

        JsonNode listed = json(send(request("packages?ident=test/web")), 200);
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.get(0).get("ident").asString()).isEqualTo(ident);
        assertThat(listed.get(0).get("service").asBoolean()).isTrue();
        assertThat(json(send(request("packages")), 200).toString()).contains("test/sleeper/1.0.0", ident);

        json(send(request("services/web").header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"ident\": \"test/web\"}"))), 201);
        await().until(() -> json(send(request("services/web")), 200).get("pid").isNumber());
        assertThat(problem(delete(ident), 409, "conflict")).contains("web runs it now");
        assertThat(problem(send(request("packages/" + ident + "?force=true").header("Content-Type", "application/gzip")
            .PUT(BodyPublishers.ofByteArray(archive))), 409, "conflict")).contains("web runs it now");
        json(send(request("services/web").DELETE()), 202);
        await().until(() -> delete("test/web").statusCode() == 200);
        assertThat(root.resolve("pkgs/test/web")).doesNotExist();
        problem(delete("test/web"), 404, "not-found");
    }

    @Test
    void aSignedPackageNeedsItsKey() throws Exception {
        String ident = "acme/lib/2.0/20260101000000";
        TestArchive.Key key = TestArchive.Key.of("acme-20260101000000");
        byte[] archive = new TestArchive("hab/pkgs/" + ident + "/").file("IDENT", ident)
            .file("TARGET", TestArchive.TARGET)
            .hart(key);
        Path keys = root.resolve("cache/keys");
        assertThat(problem(put(ident, archive), 422, "invalid-config"))
            .contains(keys.resolve("acme-20260101000000.pub") + " is not there");
        key.trustedIn(keys);
        assertThat(json(put(ident, archive), 201).get("signedBy").asString()).isEqualTo("acme-20260101000000");
        assertThat(json(send(request("packages?ident=acme/lib")), 200).get(0).get("service").asBoolean()).isFalse();
        json(delete(ident), 200);
    }

    @Test
    void whatAnArchiveIsDecidesAndNotWhereItIsPut() throws Exception {
        byte[] archive = TestArchive.service("test/real/1.0.0/20260101000000").gzip();
        assertThat(problem(put("test/other/1.0.0/20260101000000", archive), 422, "invalid-config"))
            .contains("test/real/1.0.0/20260101000000", "test/other/1.0.0/20260101000000");
        assertThat(root.resolve("pkgs/test/other")).doesNotExist();
        problem(put("test/real/1.0.0/20260101000000", Arrays.copyOf(archive, archive.length / 2)), 422,
                "invalid-config");
        assertThat(root.resolve("cache/artifacts")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({ "PUT,test/web,405,method-not-allowed", "PUT,test/web/1.0.0/tomorrow,400,invalid-name",
            "DELETE,TEST/web,400,invalid-name", "GET,?ident=web,400,invalid-name",
            "DELETE,test/web/1/2/3,404,not-found" })
    void whatNamesNoPackageIsRefused(String method, String path, int status, String type) throws Exception {
        problem(send(request("packages" + (path.startsWith("?") ? "" : "/") + path)
            .header("Content-Type", "application/octet-stream")
            .method(method, BodyPublishers.ofString("x"))), status, type);
    }

    @Test
    void anotherTypeOfContentIsRefused() throws Exception {
        problem(send(request("packages/test/web/1.0.0/20260101000000").header("Content-Type", "application/zip")
            .PUT(BodyPublishers.ofString("x"))), 415, "unsupported-media-type");
    }

    @Test
    void ofSeveralReleasesOneMustBeNamed() throws Exception {
        for (String release : new String[] { "20260101000000", "20260102000000" }) {
            String ident = "test/many/1.0.0/" + release;
            json(put(ident, TestArchive.service(ident).gzip()), 201);
        }
        assertThat(problem(delete("test/many/1.0.0"), 409, "conflict")).contains("20260101000000", "20260102000000",
                "--all");
        JsonNode removed = json(delete("test/many?all=true"), 200).get("removed");
        assertThat(removed.size()).isEqualTo(2);
        assertThat(removed.get(0).asString()).endsWith("20260102000000");
    }

    @Test
    void packagesOfOtherDirectoriesAreNotRemoved() throws Exception {
        assertThat(problem(delete("test/sleeper"), 409, "conflict")).contains("lies in");
    }

    @Test
    void hooksOfAPackageRunWithItsConfigurationAndWithoutSecrets() throws Exception {
        String ident = "test/hooked/1.0.0/20260101000000";
        Path service = root.resolve("svc/hooked");
        Files.createDirectories(root.resolve("user/hooked/config"));
        Files.writeString(root.resolve("user/hooked/config/user.toml"), "name = 'from user'\n");
        byte[] archive = TestArchive.service(ident)
            .file("hooks/install", """
                    #!/bin/sh
                    echo "port {{cfg.port}} name {{cfg.name}} of {{pkg.ident}} in $(pwd)"
                    env > {{pkg.svc_data_path}}/env
                    cat {{pkg.svc_config_install_path}}/deep/a.conf
                    test -e {{pkg.svc_data_path}}/second && exit 0
                    touch {{pkg.svc_data_path}}/second
                    echo "not yet" >&2
                    exit 3
                    """, 0644)
            .file("config_install/deep/a.conf", "rendered {{cfg.port}}\n")
            .file("hooks/uninstall", "#!/bin/sh\ntouch {{pkg.svc_data_path}}/uninstalled\n")
            .gzip();
        HttpResponse<String> failed = put(ident, archive);
        String detail = problem(failed, 500, "internal");
        assertThat(detail).contains("is installed, and its install hook has failed", "exited with 3", "not yet",
                "port 7 name from user of " + ident + " in " + service, "rendered 7");
        assertThat(JSON.readTree(failed.body()).get("code").asInt()).isEqualTo(3);
        assertThat(json(send(request("packages?ident=test/hooked")), 200).get(0).get("installHook").asString())
            .isEqualTo("failed");
        assertThat(Files.readString(service.resolve("data/env"))).contains("SEEN_BY_HOOKS=yes", "HOME=")
            .doesNotContain("hush", "MUSTER_");

        JsonNode again = json(put(ident, archive), 200);
        assertThat(again.get("installHook").asString()).isEqualTo("ok");
        assertThat(root.resolve("pkgs").resolve(ident).resolve("INSTALL_HOOK_STATUS")).hasContent("0");
        json(delete("test/hooked"), 200);
        assertThat(service.resolve("data/uninstalled")).exists();
    }

    @Test
    void aHookThatCannotBeRenderedOrStartedIsSaidToBe() throws Exception {
        String ident = "test/odd/1.0.0/20260101000000";
        assertThat(problem(put(ident, TestArchive.service(ident).file("hooks/install", "{{nothing").gzip()), 500,
                "internal"))
            .contains("install hook of " + ident + " could not be run", "hooks/install");
        json(delete("test/odd"), 200);
        assertThat(problem(put(ident, TestArchive.service(ident).file("hooks/install", "#!/not/there\n").gzip()), 500,
                "internal"))
            .contains("install hook");
        json(delete("test/odd"), 200);
    }

    @Test
    void aHookThatRunsWhenTheNodeEndsIsEndedAndRunsAgain(@TempDir Path directory) throws Exception {
        String ident = "test/slow/1.0.0/20260101000000";
        Path archive = Files.write(directory.resolve("archive"),
                TestArchive.service(ident)
                    .file("hooks/install", "#!/bin/sh\necho $$ > {{pkg.svc_data_path}}/pid\nexec sleep 600\n")
                    .gzip());
        Node other = nodes.start(2);
        CompletableFuture<Installation> installing = new CompletableFuture<>();
        Thread installer = new Thread(() -> {
            try {
                installing.complete(other.packages().install(PackageIdent.parse(ident), archive, false));
            }
            catch (IOException ex) {
                installing.completeExceptionally(ex);
            }
        });
        installer.start();
        Path pid = nodes.root(2).resolve("svc/slow/data/pid");
        await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        long process = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessHandle.of(process)).isPresent();
        other.close(true);
        assertThat(installing).failsWithin(Duration.ofSeconds(5))
            .withThrowableThat()
            .withMessageContaining("could not be run: the node ends");
        await().until(() -> ProcessHandle.of(process).isEmpty());
        assertThat(HookStatus.of(nodes.root(2).resolve("pkgs").resolve(ident))).isEqualTo(HookStatus.PENDING);
    }

    @Test
    void whatAKilledNodeHasLeftIsGone() {
        assertThat(root.resolve("pkgs/test/left")).doesNotExist();
    }

}
