package dev.muster.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Network namespaces with a switch between them, which is what hosts are to a node: no
 * address of another is its own, 0.0.0.0 reaches nobody, and a cable can be pulled out of
 * the switch without the host noticing.
 */
final class Hosts implements AutoCloseable {

    private static final Path LAUNCHER = Path.of(System.getProperty("muster.distribution")).resolve("muster");

    private static final String SWITCH = "switch";

    private final Path directory;

    private final String prefix;

    private final List<Process> nodes = new ArrayList<>();

    private final List<String> namespaces = new ArrayList<>();

    /**
     * Skips the test where they cannot be made.
     * @param count how many; the first is number 1
     * @param directory for roots and logs
     */
    Hosts(int count, Path directory) throws Exception {
        this.directory = directory;
        this.prefix = "muster-" + ProcessHandle.current().pid() + "-" + Integer.toHexString(directory.hashCode()) + "-";
        Assumptions.assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "network namespaces are made by root");
        Assumptions.assumeTrue(
                Stream.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip").map(Path::of).anyMatch(Files::isExecutable),
                "the program ip makes network namespaces, and it is not installed");
        try {
            Result made = run("ip", "netns", "add", this.prefix + SWITCH);
            Assumptions.assumeTrue(made.code() == 0, "network namespaces cannot be made here: " + made.text());
            this.namespaces.add(this.prefix + SWITCH);
            Result bridge = run("ip", "-n", this.prefix + SWITCH, "link", "add", SWITCH, "type", "bridge");
            Assumptions.assumeTrue(bridge.code() == 0, "a switch cannot be made here: " + bridge.text());
            ip("-n", this.prefix + SWITCH, "link", "set", SWITCH, "up");
            for (int host = 1; host <= count; host++) {
                add(host);
            }
        }
        catch (Exception | Error ex) {
            close();
            throw ex;
        }
    }

    private void add(int host) throws Exception {
        ip("netns", "add", namespace(host));
        this.namespaces.add(namespace(host));
        ip("link", "add", "cable", "netns", namespace(host), "type", "veth", "peer", "name", port(host), "netns",
                this.prefix + SWITCH);
        ip("-n", namespace(host), "address", "add", address(host) + "/24", "dev", "cable");
        ip("-n", namespace(host), "link", "set", "cable", "up");
        ip("-n", namespace(host), "link", "set", "lo", "up");
        ip("-n", this.prefix + SWITCH, "link", "set", port(host), "up");
        heal(host);
    }

    private String namespace(int host) {
        return this.prefix + host;
    }

    private static String port(int host) {
        return "port" + host;
    }

    String address(int host) {
        return "10.77.9." + host;
    }

    /** Nothing reaches it any longer, nor comes from it. */
    void cut(int host) throws Exception {
        ip("-n", this.prefix + SWITCH, "link", "set", port(host), "nomaster");
    }

    void heal(int host) throws Exception {
        ip("-n", this.prefix + SWITCH, "link", "set", port(host), "master", SWITCH);
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
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
    }

    private static void prepare(ProcessBuilder builder) {
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf((name) -> name.startsWith("HAB_") || name.startsWith("MUSTER_"));
        environment.put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", environment.getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin");
    }

    /** Starts a node there, on all its addresses, without keys. */
    Process start(int host, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace(host), LAUNCHER.toString(),
                "sup", "run", "--root", root(host).toString(), "--name", name(host), "--insecure"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(log(host).toFile());
        prepare(builder);
        Process node = builder.start();
        this.nodes.add(node);
        return node;
    }

    static String name(int host) {
        return "m" + host;
    }

    Path root(int host) {
        return this.directory.resolve(name(host));
    }

    private Path log(int host) {
        return this.directory.resolve(name(host) + ".log");
    }

    /** All that its node has printed. */
    String printed(int host) {
        try {
            return Files.readString(log(host));
        }
        catch (IOException ex) {
            return "nothing was printed: " + ex;
        }
    }

    /** Runs a program there. */
    Result on(int host, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace(host)));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    /** A command to the node there. */
    Result muster(int host, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(LAUNCHER.toString()));
        all.addAll(List.of(words));
        all.addAll(List.of("--root", root(host).toString()));
        return on(host, all.toArray(String[]::new));
    }

    @Override
    public void close() {
        this.nodes.forEach(Process::destroy);
        this.nodes.forEach(Hosts::end);
        for (String namespace : this.namespaces) {
            try {
                ip("netns", "delete", namespace);
            }
            catch (Exception ex) {
                throw new AssertionError("The network namespace " + namespace + " is left", ex);
            }
        }
    }

    private static void end(Process node) {
        try {
            if (!node.waitFor(30, TimeUnit.SECONDS)) {
                node.destroyForcibly().waitFor();
            }
        }
        catch (InterruptedException ex) {
            node.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** How a program ended, and all that it printed. */
    record Result(int code, String text) {
    }

}
