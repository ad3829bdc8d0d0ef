package dev.muster.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two network namespaces with a cable between them, which is what two hosts are to a
 * node: no address of the other is its own, and 0.0.0.0 reaches nobody.
 */
class TwoHostsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Path LAUNCHER = Path.of(System.getProperty("muster.distribution")).resolve("muster");

    private static final String A = "10.77.9.1";

    private static final String B = "10.77.9.2";

    @TempDir
    Path directory;

    private final String left = "muster-a-" + ProcessHandle.current().pid();

    private final String right = "muster-b-" + ProcessHandle.current().pid();

    private final List<Process> nodes = new ArrayList<>();

    private final List<String> namespaces = new ArrayList<>();

    @BeforeEach
    void makeNamespaces() throws Exception {
        Assumptions.assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "network namespaces are made by root");
        Assumptions.assumeTrue(
                Stream.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip").map(Path::of).anyMatch(Files::isExecutable),
                "the program ip makes network namespaces, and it is not installed");
        Result made = run("ip", "netns", "add", this.left);
        Assumptions.assumeTrue(made.code() == 0, "network namespaces cannot be made here: " + made.text());
        this.namespaces.add(this.left);
        ip("netns", "add", this.right);
        this.namespaces.add(this.right);
        ip("link", "add", "cable", "netns", this.left, "type", "veth", "peer", "name", "cable", "netns", this.right);
        connect(this.left, A);
        connect(this.right, B);
    }

    private void connect(String namespace, String address) throws Exception {
        ip("-n", namespace, "address", "add", address + "/24", "dev", "cable");
        ip("-n", namespace, "link", "set", "cable", "up");
        ip("-n", namespace, "link", "set", "lo", "up");
    }

    @AfterEach
    void removeThem() throws Exception {
        for (Process node : this.nodes) {
            node.destroy();
        }
        for (Process node : this.nodes) {
            if (!node.waitFor(30, TimeUnit.SECONDS)) {
                node.destroyForcibly().waitFor();
            }
        }
        for (String namespace : this.namespaces) {
            ip("netns", "delete", namespace);
        }
    }

    private static void ip(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Result result = run(command.toArray(String[]::new));
        assertThat(result.code()).as("%s: %s", command, result.text()).isZero();
    }

    private static Result run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        prepare(builder);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes());
        return new Result(process.waitFor(), text);
    }

    private static void prepare(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf((name) -> name.startsWith("HAB_") || name.startsWith("MUSTER_"));
        environment.put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", environment.getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin");
    }

    private void start(String namespace, String name, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, LAUNCHER.toString(), "sup",
                "run", "--root", root(name), "--name", name, "--insecure"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(log(name).toFile());
        prepare(builder);
        this.nodes.add(builder.start());
    }

    private String root(String name) {
        return this.directory.resolve(name).toString();
    }

    private Path log(String name) {
        return this.directory.resolve(name + ".log");
    }

    /** Addresses of the ring's members, as this node sees them. */
    private List<String> ring(String namespace, String name) throws Exception {
        Result result = run("ip", "netns", "exec", namespace, LAUNCHER.toString(), "sup", "status", "--root",
                root(name), "--format", "json");
        if (result.code() != 0) {
            return List.of();
        }
        List<String> addresses = new ArrayList<>();
        for (JsonNode member : JSON.readTree(result.text()).get("members")) {
            addresses.add(member.get("address").asString());
        }
        return addresses;
    }

    @Test
    void nodesThatListenOnAllAddressesTellEachOtherTheOneThatCanBeReached() throws Exception {
        start(this.left, "a");
        start(this.right, "b", "--peer", A);
        try {
            Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
                assertThat(ring(this.right, "b")).containsExactlyInAnyOrder(A + ":9638", B + ":9638");
                assertThat(ring(this.left, "a")).containsExactlyInAnyOrder(A + ":9638", B + ":9638");
            });
        }
        catch (Exception ex) {
            throw new AssertionError(Files.readString(log("a")) + Files.readString(log("b")), ex);
        }
    }

    /** How a program ended, and all that it printed. */
    private record Result(int code, String text) {
    }

}
