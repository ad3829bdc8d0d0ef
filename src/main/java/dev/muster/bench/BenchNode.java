package dev.muster.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import dev.muster.process.OsAccounts;
import dev.muster.process.OsProcesses;
import dev.muster.service.Launch;
import dev.muster.service.RunAs;
import dev.muster.service.RunningProcess;
import dev.muster.shell.CommandRunner;
import dev.muster.store.RootLayout;
import org.jspecify.annotations.Nullable;

/** One node as people start it, in a process of its own. */
final class BenchNode {

    static final int TICKS_PER_SECOND = 100;

    private static final Patience PATIENCE = new Patience(Duration.ofMinutes(5));

    private static final Duration LOOK = Duration.ofMillis(20);

    private final OsProcesses processes;

    private final Path directory;

    private final Path home;

    private final List<Integer> ports;

    private final CommandRunner commands = new CommandRunner();

    private @Nullable RunningProcess running;

    /**
     * Not started yet.
     * @param directory below which it has its root, and finds its packages
     * @param home of the distribution, whose launcher starts it
     */
    BenchNode(OsProcesses processes, Path directory, Path home) throws IOException {
        this.processes = processes;
        this.directory = directory;
        this.home = home;
        this.ports = freePorts();
    }

    /**
     * Starts it.
     * @return how long that took until it was ready
     */
    Duration start() throws IOException, BenchFailure, InterruptedException {
        long began = System.nanoTime();
        RunningProcess node = launch();
        this.running = node;
        PATIENCE.until(() -> node.gone() || muster("sup", "status", "--ready").code() == 0, LOOK,
                () -> "The node is not ready");
        if (node.gone()) {
            throw new BenchFailure("The node has ended; what it printed is in " + output());
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private RunningProcess launch() throws IOException {
        List<String> command = List.of(this.home.resolve("muster").toString(), "sup", "run", "--root",
                root().toString(), "--listen-gossip", "127.0.0.1:" + this.ports.get(0), "--listen-http",
                "127.0.0.1:" + this.ports.get(1), "--listen-ctl", "127.0.0.1:" + this.ports.get(2),
                "--allow-root-services");
        Map<String, String> environment = new LinkedHashMap<>();
        Stream.of("PATH", "HOME", "LANG", "LC_ALL")
            .forEach((name) -> Optional.ofNullable(System.getenv(name))
                .ifPresent((value) -> environment.put(name, value)));
        environment.put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        environment.put("MUSTER_PKG_PATH", this.directory.resolve("pkgs").toString());
        return this.processes.start(new Launch(command, environment, this.directory, output(), output(),
                new RunAs(new OsAccounts().self(), false, false), "bench-node", Optional.empty()));
    }

    private Path output() {
        return this.directory.resolve("node.txt");
    }

    /** Where its log is. */
    Path facts() {
        return new RootLayout(root()).facts();
    }

    private Path root() {
        return this.directory.resolve("root");
    }

    private static List<Integer> freePorts() throws IOException {
        List<Integer> ports = new ArrayList<>();
        List<ServerSocket> sockets = new ArrayList<>();
        for (int count = 0; count < 3; count++) {
            ServerSocket socket = new ServerSocket();
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** A command of this node's, with an answer in JSON. */
    CommandRunner.Outcome muster(String... words) {
        return muster(List.of(words), "");
    }

    CommandRunner.Outcome muster(List<String> words, String input) {
        List<String> line = new ArrayList<>(words);
        line.addAll(List.of("--root", root().toString(), "--format", "json"));
        return this.commands.run(line, input);
    }

    /** With its services. Does nothing when it is gone. */
    void stop() throws BenchFailure, InterruptedException {
        end("TERM");
    }

    /** As a crash would. */
    void kill() throws BenchFailure, InterruptedException {
        end("KILL");
    }

    private void end(String signal) throws BenchFailure, InterruptedException {
        RunningProcess node = this.running;
        if (node != null) {
            node.signal(signal);
            PATIENCE.until(node::gone, LOOK, () -> "The node did not end");
            this.running = null;
        }
    }

    private long pid() {
        RunningProcess node = this.running;
        if (node == null) {
            throw new IllegalStateException("The node is asked for its process before it has one");
        }
        return node.pid();
    }

    long cpuTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        // Fields 14 and 15 of the whole line, of which two stand before the bracket.
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    long residentMiB() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))
            .stream()
            .filter((line) -> line.startsWith("VmRSS:"))
            .mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
            .findFirst()
            .orElse(0);
    }

}
