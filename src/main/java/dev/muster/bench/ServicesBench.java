package dev.muster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.muster.process.OsAccounts;
import dev.muster.process.OsProcesses;
import dev.muster.service.Launch;
import dev.muster.service.RunAs;
import dev.muster.service.RunningProcess;
import dev.muster.shell.CommandRunner;
import tools.jackson.databind.json.JsonMapper;

/**
 * One node as people start it, with many services whose run hook only sleeps: loaded one
 * after another, asked for, left alone, taken back after a kill, stopped.
 */
final class ServicesBench {

    private static final Patience PATIENCE = new Patience(Duration.ofMinutes(5));

    private static final Duration LOOK = Duration.ofMillis(100);

    private static final int QUESTIONS = 50;

    private static final int TICKS_PER_SECOND = 100;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final int services;

    private final Duration idle;

    private final Path directory;

    private final Path home;

    private final PrintStream progress;

    private final CommandRunner commands = new CommandRunner();

    /**
     * @param idle how long to let it rest, and then to watch it rest; whole seconds
     * @param home of the distribution, whose launcher starts the node
     */
    ServicesBench(int services, Duration idle, Path directory, Path home, PrintStream progress) {
        this.services = services;
        this.idle = idle;
        this.directory = directory;
        this.home = home;
        this.progress = progress;
    }

    ServicesResult run() throws BenchFailure, InterruptedException {
        try (OsProcesses processes = new OsProcesses()) {
            for (int number = 1; number <= this.services; number++) {
                writePackage(name(number));
            }
            List<Integer> ports = freePorts();
            RunningProcess node = start(processes, ports);
            try {
                return measure(processes, ports, node);
            }
            catch (BenchFailure | InterruptedException | RuntimeException ex) {
                stopAll(node);
                throw ex;
            }
        }
        catch (IOException ex) {
            throw new BenchFailure("The node or its services cannot be set up: " + ex, ex);
        }
    }

    private ServicesResult measure(OsProcesses processes, List<Integer> ports, RunningProcess first)
            throws BenchFailure, IOException, InterruptedException {
        RunningProcess node = first;
        awaitReady(node);
        Duration up = load();
        this.progress.println(this.services + " services are up");
        Percentiles status = status();
        TimeUnit.NANOSECONDS.sleep(this.idle.toNanos());
        long before = cpuTicks(node.pid());
        TimeUnit.NANOSECONDS.sleep(this.idle.toNanos());
        double idle = (cpuTicks(node.pid()) - before) / (double) TICKS_PER_SECOND / this.idle.toSeconds();
        long resident = residentMiB(node.pid());
        Map<String, Object> pids = pids();
        this.progress.println("killing the node");
        node.signal("KILL");
        PATIENCE.until(node::gone, LOOK, () -> "The killed node is not gone");
        long start = System.nanoTime();
        node = start(processes, ports);
        try {
            awaitReady(node);
            awaitUp();
            Duration takenBack = Duration.ofNanos(System.nanoTime() - start);
            if (!pids().equals(pids)) {
                throw new BenchFailure("Services did not keep their processes when the node was killed");
            }
            start = System.nanoTime();
            stopAll(node);
            return new ServicesResult(this.services, up, status, idle, resident, takenBack,
                    Duration.ofNanos(System.nanoTime() - start));
        }
        catch (BenchFailure | InterruptedException | RuntimeException ex) {
            stopAll(node);
            throw ex;
        }
    }

    private static void stopAll(RunningProcess node) throws BenchFailure, InterruptedException {
        node.signal("TERM");
        PATIENCE.until(node::gone, LOOK, () -> "The node did not stop its services");
    }

    private static String name(int number) {
        return "idle-%03d".formatted(number);
    }

    private void writePackage(String name) throws IOException {
        Path release = this.directory.resolve("pkgs/bench").resolve(name).resolve("1.0.0/20260101000000");
        Files.createDirectories(release.resolve("hooks"));
        Files.writeString(release.resolve("TARGET"),
                System.getProperty("os.arch").equals("aarch64") ? "aarch64-linux\n" : "x86_64-linux\n");
        // Looked at by a node of root only; a user of its own would have to be there.
        Files.writeString(release.resolve("SVC_USER"), "root\n");
        Files.writeString(release.resolve("SVC_GROUP"), "root\n");
        Files.writeString(release.resolve("hooks/run"), "#!/bin/sh\nexec sleep 3600\n");
    }

    private RunningProcess start(OsProcesses processes, List<Integer> ports) throws IOException {
        List<String> command = List.of(this.home.resolve("muster").toString(), "sup", "run", "--root", root(),
                "--listen-gossip", "127.0.0.1:" + ports.get(0), "--listen-http", "127.0.0.1:" + ports.get(1),
                "--listen-ctl", "127.0.0.1:" + ports.get(2));
        Map<String, String> environment = new LinkedHashMap<>();
        Stream.of("PATH", "HOME", "LANG", "LC_ALL")
            .forEach((name) -> Optional.ofNullable(System.getenv(name))
                .ifPresent((value) -> environment.put(name, value)));
        environment.put("MUSTER_JAVA_HOME", System.getProperty("java.home"));
        environment.put("MUSTER_PKG_PATH", this.directory.resolve("pkgs").toString());
        Path output = this.directory.resolve("node.txt");
        return processes.start(new Launch(command, environment, this.directory, output, output,
                new RunAs(new OsAccounts().self(), false, false), "bench-node", Optional.empty()));
    }

    private String root() {
        return this.directory.resolve("root").toString();
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

    private CommandRunner.Outcome muster(String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of("--root", root(), "--format", "json"));
        return this.commands.run(line, "");
    }

    private void awaitReady(RunningProcess node) throws BenchFailure, InterruptedException {
        PATIENCE.until(() -> node.gone() || muster("sup", "status", "--ready").code() == 0, LOOK,
                () -> "The node is not ready");
        if (node.gone()) {
            throw new BenchFailure("The node has ended; what it printed is in " + this.directory.resolve("node.txt"));
        }
    }

    private Duration load() throws BenchFailure, InterruptedException {
        long start = System.nanoTime();
        for (int number = 1; number <= this.services; number++) {
            CommandRunner.Outcome outcome = muster("svc", "load", "bench/" + name(number));
            if (outcome.code() != 0) {
                throw new BenchFailure("bench/" + name(number) + " was not loaded: " + outcome.errors().strip());
            }
        }
        awaitUp();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void awaitUp() throws BenchFailure, InterruptedException {
        PATIENCE.until(() -> pids().size() == this.services, LOOK,
                () -> "Only " + pids().size() + " of " + this.services + " services are up");
    }

    /** By name, of the services that are up. */
    private Map<String, Object> pids() {
        Map<String, Object> pids = new HashMap<>();
        CommandRunner.Outcome outcome = muster("svc", "status");
        if (outcome.code() == 0) {
            for (Object service : JSON.readValue(outcome.output(), List.class)) {
                Map<?, ?> line = (Map<?, ?>) service;
                if ("up".equals(line.get("state")) && line.get("pid") != null) {
                    pids.put(String.valueOf(line.get("name")), line.get("pid"));
                }
            }
        }
        return pids;
    }

    private Percentiles status() {
        long[] nanos = new long[QUESTIONS];
        for (int question = 0; question < QUESTIONS; question++) {
            long start = System.nanoTime();
            muster("svc", "status");
            nanos[question] = System.nanoTime() - start;
        }
        return Percentiles.of(nanos);
    }

    private static long cpuTicks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        // Fields 14 and 15 of the whole line, of which two stand before the bracket.
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static long residentMiB(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))
            .stream()
            .filter((line) -> line.startsWith("VmRSS:"))
            .mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
            .findFirst()
            .orElse(0);
    }

}
