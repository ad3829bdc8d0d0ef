package dev.muster.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.muster.process.OsProcesses;
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

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final int services;

    private final Duration idle;

    private final Path directory;

    private final Path home;

    private final PrintStream progress;

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
            BenchNode node = new BenchNode(processes, this.directory, this.home);
            try {
                return measure(node);
            }
            catch (BenchFailure | InterruptedException | RuntimeException ex) {
                node.stop();
                throw ex;
            }
        }
        catch (IOException ex) {
            throw new BenchFailure("The node or its services cannot be set up: " + ex, ex);
        }
    }

    private ServicesResult measure(BenchNode node) throws BenchFailure, IOException, InterruptedException {
        node.start();
        Duration up = load(node);
        this.progress.println(this.services + " services are up");
        Percentiles status = status(node);
        TimeUnit.NANOSECONDS.sleep(this.idle.toNanos());
        long before = node.cpuTicks();
        TimeUnit.NANOSECONDS.sleep(this.idle.toNanos());
        double idle = (node.cpuTicks() - before) / (double) BenchNode.TICKS_PER_SECOND / this.idle.toSeconds();
        long resident = node.residentMiB();
        Map<String, Object> pids = pids(node);
        this.progress.println("killing the node");
        node.kill();
        long start = System.nanoTime();
        node.start();
        awaitUp(node);
        Duration takenBack = Duration.ofNanos(System.nanoTime() - start);
        if (!pids(node).equals(pids)) {
            throw new BenchFailure("Services did not keep their processes when the node was killed");
        }
        start = System.nanoTime();
        node.stop();
        return new ServicesResult(this.services, up, status, idle, resident, takenBack,
                Duration.ofNanos(System.nanoTime() - start));
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

    private Duration load(BenchNode node) throws BenchFailure, InterruptedException {
        long start = System.nanoTime();
        for (int number = 1; number <= this.services; number++) {
            CommandRunner.Outcome outcome = node.muster("svc", "load", "bench/" + name(number));
            if (outcome.code() != 0) {
                throw new BenchFailure("bench/" + name(number) + " was not loaded: " + outcome.errors().strip());
            }
        }
        awaitUp(node);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void awaitUp(BenchNode node) throws BenchFailure, InterruptedException {
        PATIENCE.until(() -> pids(node).size() == this.services, LOOK,
                () -> "Only " + pids(node).size() + " of " + this.services + " services are up");
    }

    /** By name, of the services that are up. */
    private Map<String, Object> pids(BenchNode node) {
        Map<String, Object> pids = new HashMap<>();
        CommandRunner.Outcome outcome = node.muster("svc", "status");
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

    private Percentiles status(BenchNode node) {
        long[] nanos = new long[QUESTIONS];
        for (int question = 0; question < QUESTIONS; question++) {
            long start = System.nanoTime();
            node.muster("svc", "status");
            nanos[question] = System.nanoTime() - start;
        }
        return Percentiles.of(nanos);
    }

}
