package dev.muster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import dev.muster.pack.PackagePath;
import dev.muster.service.AppliedConfig;
import dev.muster.service.Backoff;
import dev.muster.service.GroupMember;
import dev.muster.service.InstallsUnderWay;
import dev.muster.service.ProcessState;
import dev.muster.service.Rung;
import dev.muster.service.ServiceContext;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.Services;
import dev.muster.service.Surroundings;
import dev.muster.service.TestPackage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The services of one node over real processes, all on one loop: whoever blocks that one
 * holds up all. Can be killed and followed by another on the same root.
 */
final class LinuxNode implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(60);

    private static final Backoff SHORT = new Backoff(Duration.ofMillis(300), Duration.ofSeconds(1),
            Duration.ofMinutes(5));

    private final Path root;

    private final List<String> output = new CopyOnWriteArrayList<>();

    private final List<Runnable> parts = new ArrayList<>();

    /** Of nodes that begin from now on. */
    boolean rootAllowed = true;

    private Services services;

    LinuxNode(Path root) throws IOException {
        this.root = root;
        this.services = begin();
        this.services.open(true);
    }

    private Services begin() throws IOException {
        OsProcesses processes = new OsProcesses();
        PolledLogFiles logFiles = new PolledLogFiles(PolledLogFiles.DEFAULT_BOUND);
        ThreadLoop loop = new ThreadLoop();
        this.parts.addAll(List.of(processes::close, logFiles::close, loop::close));
        ServiceContext context = new ServiceContext() {

            @Override
            public Map<String, Object> sys() {
                return Map.of("ip", "127.0.0.1", "member_id", "a".repeat(32));
            }

            @Override
            public List<GroupMember> others(String serviceGroup) {
                return List.of();
            }

            @Override
            public List<GroupMember> members(String serviceGroup) {
                return List.of();
            }

        };
        return new Services(new Surroundings(this.root, Optional.empty(), Map.of("PATH", "/usr/bin:/bin"),
                new PackagePath(List.of(pkgs())), processes, logFiles, new OsAccounts(), this.rootAllowed, context,
                (name) -> loop, new Random(), SHORT, Duration.ofMillis(50), new InstallsUnderWay(), (status) -> {
                }, (line) -> this.output.add(line.toString())));
    }

    /** Does nothing more, as if by kill -9. */
    void kill() {
        this.parts.forEach(Runnable::run);
        this.parts.clear();
    }

    /** The next node on the same root. */
    void follow() throws IOException {
        this.services = begin();
        this.services.resume();
        this.services.open(true);
    }

    Path pkgs() {
        return this.root.resolve("pkgs");
    }

    /** A package with one setting, {@code port}, in one file. */
    TestPackage pack(String name) {
        return new TestPackage(pkgs(), "test/" + name + "/1.0/20260101000000").with("default.toml", "port = 80\n")
            .with("config/main.conf", "listen {{cfg.port}}\n")
            .with("hooks/run", "#!/bin/sh\nexec sleep 600\n");
    }

    Services services() {
        return this.services;
    }

    List<String> output() {
        return this.output;
    }

    void load(String name) {
        this.services.load(ServiceSpec.of(TestPackage.ident(name)), false);
    }

    void apply(String name, long port) {
        this.services.applied(name + ".default", new AppliedConfig("1-" + port, "hash" + port, Map.of("port", port)));
    }

    void apply(String name, String key, String value) {
        this.services.applied(name + ".default", new AppliedConfig("1-" + key, "hash" + key, Map.of(key, value)));
    }

    ServiceStatus status(String name) {
        return this.services.status(name);
    }

    long pid(String name) {
        return status(name).pid().orElseThrow();
    }

    void awaitState(String name, ProcessState state) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(status(name).state()).as(status(name).reason()).isEqualTo(state));
    }

    void awaitRung(String name, Rung rung) {
        await().atMost(SOON)
            .untilAsserted(() -> assertThat(status(name).rung()).as(status(name).reason()).isEqualTo(rung));
    }

    Path file(String service, String name) {
        return this.root.resolve("svc").resolve(service).resolve(name);
    }

    String text(String service, String name) {
        try {
            Path file = file(service, name);
            return Files.exists(file) ? Files.readString(file) : "";
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Numbers that hooks of a service wrote to a file in its {@code data}. */
    List<Long> pids(String service, String name) {
        return text(service, "data/" + name).lines().map(Long::valueOf).toList();
    }

    @Override
    public void close() {
        this.services.close(true).orTimeout(30, TimeUnit.SECONDS).join();
        kill();
    }

}
