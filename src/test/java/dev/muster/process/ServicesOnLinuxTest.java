package dev.muster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.muster.pack.PackagePath;
import dev.muster.service.Backoff;
import dev.muster.service.AppliedConfig;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Services over real processes. */
class ServicesOnLinuxTest {

    @TempDir
    Path root;

    private final List<String> output = new CopyOnWriteArrayList<>();

    private final List<AutoCloseable> parts = new ArrayList<>();

    private TestPackage web;

    private Services services;

    @BeforeEach
    void run() throws IOException {
        this.web = TestPackage.web(this.root.resolve("pkgs"));
        this.services = node();
        this.services.open(true);
    }

    @AfterEach
    void stop() throws Exception {
        this.services.close(true).join();
        for (AutoCloseable part : this.parts) {
            part.close();
        }
    }

    /**
     * A node on the root; the one before, if any, does nothing more, as if it had been
     * killed.
     */
    private Services node() throws IOException {
        for (AutoCloseable part : this.parts) {
            close(part);
        }
        this.parts.clear();
        OsProcesses processes = new OsProcesses();
        PolledLogFiles logFiles = new PolledLogFiles(PolledLogFiles.DEFAULT_BOUND);
        ThreadLoop loop = new ThreadLoop();
        this.parts.addAll(List.of(processes, logFiles, loop));
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
        return new Services(
                new Surroundings(this.root, Optional.empty(),
                        Map.of("PATH", "/usr/bin:/bin", "HAB_CTL_SECRET", "secret", "MUSTER_ROOT", "secret", "KEPT",
                                "yes"),
                        new PackagePath(List.of(this.root.resolve("pkgs"))), processes, logFiles, new OsAccounts(),
                        true, context, (name) -> loop, new Random(1), Backoff.USUAL, Duration.ofMillis(50),
                        new InstallsUnderWay(), (status) -> {
                        }, (line) -> this.output.add(line.toString())));
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        }
        catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    private void load() {
        this.services.load(ServiceSpec.of(TestPackage.ident("web")).withGroup("prod"), false);
        await().until(() -> status().rung() == Rung.HEALTHY);
    }

    private ServiceStatus status() {
        return this.services.status("web");
    }

    private long pid() {
        return status().pid().orElseThrow();
    }

    /** A zombie, which waits for its parent only, is not. */
    private static boolean alive(long pid) {
        try {
            return new ProcessTable(Path.of("/proc")).stat(pid).filter(ProcStat::alive).isPresent();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private void apply(long port) {
        this.services.applied("web.prod", new AppliedConfig("1-" + port, "hash" + port, Map.of("port", port)));
    }

    @Test
    void aChangeReplacesTheProcessAndItsOutputIsTold() {
        this.web.with("hooks/init", "#!/bin/sh\necho preparing $(cat config/web.conf)\n")
            .with("hooks/run", "#!/bin/sh\ncat config/web.conf\necho trouble >&2\nexec sleep 600\n");
        load();
        long before = pid();
        assertThat(this.root.resolve("svc/web/PID")).hasContent(Long.toString(before));
        apply(81);
        await().until(() -> status().rung() == Rung.HEALTHY && pid() != before);
        assertThat(alive(before)).isFalse();
        await().untilAsserted(() -> assertThat(this.output).containsSubsequence(
                "web.prod hook[init]:(HK): preparing listen 80", "web.prod(O): listen 80",
                "web.prod hook[init]:(HK): preparing listen 81", "web.prod(O): listen 81"));
        assertThat(this.output).contains("web.prod(E): trouble");
        assertThat(this.root.resolve("svc/web/logs/stdout.log")).hasContent("listen 80\nlisten 81");
    }

    @Test
    void childrenThatIgnoreTheSignalAreKilledBeforeTheNextStart() {
        this.web
            .with("hooks/run",
                    "#!/bin/sh\ntrap '' TERM\nsh -c 'echo child $$; while :; do sleep 1; done' &\n"
                            + "while :; do sleep 1; done\n")
            .with("SHUTDOWN_TIMEOUT", "1");
        load();
        long before = pid();
        await().until(() -> !this.output.isEmpty());
        long child = Long.parseLong(this.output.get(0).replace("web.prod(O): child ", ""));
        assertThat(alive(child)).isTrue();
        apply(81);
        await().until(() -> status().state() == ProcessState.UP && pid() != before);
        assertThat(alive(before)).isFalse();
        assertThat(alive(child)).isFalse();
    }

    @Test
    void aNodeThatWasKilledTakesItsServiceBackAndItsLogKeepsFlowing() throws IOException {
        this.web.with("hooks/run", "#!/bin/sh\ntrap 'echo called' USR1\necho up\n" + "while :; do sleep 0.05; done\n");
        load();
        await().until(() -> this.output.contains("web.prod(O): up"));
        long before = pid();
        this.services = node();
        this.services.resume();
        await().until(() -> status().state() == ProcessState.UP);
        assertThat(pid()).isEqualTo(before);
        new Signals().send("USR1", List.of(before));
        await().until(() -> this.output.contains("web.prod(O): called"));
        this.services.open(true);
        apply(81);
        await().until(() -> status().rung() == Rung.HEALTHY && status().revision().isPresent());
        assertThat(pid()).isNotEqualTo(before);
        assertThat(alive(before)).isFalse();
    }

    @Test
    void aTakenBackProcessThatEndsIsStartedAgain() throws IOException {
        load();
        long before = pid();
        this.services = node();
        this.services.resume();
        this.services.open(true);
        await().until(() -> status().state() == ProcessState.UP);
        new Signals().send("KILL", List.of(before));
        await().until(() -> status().state() == ProcessState.UP && pid() != before);
        assertThat(status().restarts()).isEqualTo(1);
    }

    @Test
    void secretsOfTheNodeReachNeitherHooksNorServices() throws IOException {
        this.web.with("hooks/init", "#!/bin/sh\nenv | sort > data/init.env\n");
        load();
        String service = Files.readString(Path.of("/proc/" + pid() + "/environ"), StandardCharsets.ISO_8859_1);
        String hook = Files.readString(this.root.resolve("svc/web/data/init.env"));
        for (String environment : List.of(service, hook)) {
            assertThat(environment).contains("KEPT=yes").doesNotContain("secret", "HAB_CTL_SECRET", "MUSTER_");
        }
    }

    @Test
    void asRootTheServicesUserOwnsItsFilesAndIsToldWhatBarsItsWay() throws IOException {
        Assumptions.assumeTrue(new OsAccounts().self().root(), "only root can run a service as someone else");
        this.web.with("SVC_USER", "nobody").with("SVC_GROUP", "nogroup");
        this.services.load(ServiceSpec.of(TestPackage.ident("web")), false);
        await().until(() -> status().rung() == Rung.FAILED);
        assertThat(status().reason()).contains("nobody", this.root.toString());
        Files.setPosixFilePermissions(this.root, PosixFilePermissions.fromString("rwxr-xr-x"));
        await().until(() -> status().rung() == Rung.HEALTHY);
        assertThat(status().runsAs()).contains("nobody");
        assertThat(status().lastResort()).isFalse();
        long nobody = new OsAccounts().find("nobody", Optional.empty()).orElseThrow().uid();
        assertThat(Files.getAttribute(Path.of("/proc/" + pid()), "unix:uid")).isEqualTo((int) nobody);
        assertThat(Files.getAttribute(this.root.resolve("svc/web/config/web.conf"), "unix:uid"))
            .isEqualTo((int) nobody);
        assertThat(Files.getAttribute(this.root.resolve("svc/web/data"), "unix:uid")).isEqualTo((int) nobody);
        assertThat(Files.getAttribute(this.root.resolve("svc/web/hooks/run"), "unix:uid")).isEqualTo(0);
    }

}
