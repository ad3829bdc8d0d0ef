package dev.muster.walk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.muster.service.TestPackage;
import dev.muster.walk.Walk.Supervisor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A node that is killed in each state of a service, and the next one that brings the
 * service to where it should be. The hooks note their PIDs and stay for as long as a file
 * holds them.
 */
class KilledNodeTest {

    private static final String HOOK = "#!/bin/sh\necho $$ >> {{pkg.svc_data_path}}/NAME\n"
            + "while [ -e {{pkg.svc_path}}/../../hold-NAME ]; do sleep 0.05; done\n"
            + "[ ! -e {{pkg.svc_path}}/../../fail-NAME ]\n";

    private static final String RUN = "#!/bin/sh\n[ ! -e ../../fail-run ] || exit 3\necho $$ >> data/run\n"
            + "trap 'while [ -e ../../hold-run ]; do sleep 0.05; done; exit' TERM\nwhile :; do sleep 0.1; done\n";

    private static final List<String> HOOKS = List.of("check", "init", "post-run", "reconfigure", "post-stop");

    @TempDir
    Path directory;

    private Supervisor node;

    private Process bystander;

    @Test
    void theNextNodeBringsTheServiceToWhereItShouldBe() throws Exception {
        this.bystander = new ProcessBuilder("setsid", "sleep", "600").start();
        try (Walk walk = new Walk(this.directory)) {
            this.node = walk.supervisor(1);
            TestPackage web = new TestPackage(this.node.root().resolve("pkgs"), "test/web/1.0/20260101000000")
                .with("default.toml", "port = 80\n")
                .with("config/main.conf", "listen {{cfg.port}}\n")
                .with("SHUTDOWN_TIMEOUT", "30")
                .with("hooks/run", RUN);
            HOOKS.forEach((hook) -> web.with("hooks/" + hook, HOOK.replace("NAME", hook)));

            duringTheCheck();
            duringInitAndThenDuringPostRun();
            duringReconfigure();
            whileItStops();
            duringPostStop();
            inBackoff();
            inACrashLoop();

            assertThat(this.bystander.isAlive()).isTrue();
            this.node.muster("", "svc", "unload", "web").succeeds();
            await().atMost(Walk.SOON).until(() -> Files.notExists(pidFile()));
            Stream.concat(HOOKS.stream(), Stream.of("run"))
                .forEach((name) -> assertThat(pids(name)).as(name).noneMatch(KilledNodeTest::alive));
        }
        finally {
            Stream.concat(HOOKS.stream(), Stream.of("run"))
                .flatMap((name) -> pids(name).stream())
                .flatMap((pid) -> ProcessHandle.of(pid).stream())
                .forEach(ProcessHandle::destroyForcibly);
            this.bystander.destroyForcibly().waitFor();
        }
    }

    private void duringTheCheck() throws Exception {
        hold("check");
        this.node.muster("", "svc", "load", "test/web").succeeds();
        killedDuring("check", 0);
        assertThat(pids("run")).isEmpty();
        release("check");
        awaitUp(1);
    }

    private void duringInitAndThenDuringPostRun() throws Exception {
        int inits = pids("init").size();
        int postRuns = pids("post-run").size();
        hold("init");
        hold("post-run");
        stop();
        start();
        killedDuring("init", inits);
        release("init");
        killedDuring("post-run", postRuns);
        release("post-run");
        awaitUp(2);
    }

    private void duringReconfigure() throws Exception {
        hold("reconfigure");
        apply(81);
        killedDuring("reconfigure", 0);
        release("reconfigure");
        awaitUp(2);
        await().atMost(Walk.SOON).until(() -> pids("reconfigure").stream().noneMatch(KilledNodeTest::alive));
        assertThat(Files.readString(service("config/main.conf"))).isEqualTo("listen 81\n");
    }

    private void whileItStops() throws Exception {
        hold("run");
        this.node.muster("", "svc", "stop", "web").succeeds();
        awaitStatus("stopping");
        killAndFollow();
        awaitStatus("stopping");
        assertThat(pids("run")).hasSize(2).anyMatch(KilledNodeTest::alive);
        release("run");
        await().atMost(Walk.SOON).until(() -> Files.notExists(pidFile()));
        awaitStatus("down");
        assertThat(pids("run")).noneMatch(KilledNodeTest::alive);
        start();
        awaitUp(3);
    }

    private void duringPostStop() throws Exception {
        int before = pids("post-stop").size();
        hold("post-stop");
        this.node.muster("", "svc", "stop", "web").succeeds();
        killedDuring("post-stop", before);
        awaitStatus("stopping");
        release("post-stop");
        awaitStatus("down");
        assertThat(pids("post-stop")).hasSize(before + 2);
    }

    private void inBackoff() throws Exception {
        Files.writeString(file("fail-run"), "");
        start();
        awaitStatus("backoff");
        killAndFollow();
        awaitStatus("backoff");
        Files.delete(file("fail-run"));
        awaitUp(4);
    }

    private void inACrashLoop() throws Exception {
        Files.writeString(file("fail-run"), "");
        new ProcessBuilder("kill", "-9", Long.toString(running())).start().waitFor(10, TimeUnit.SECONDS);
        for (int port = 90; !status().contains("crash-looping"); port++) {
            assertThat(port).isLessThan(110);
            apply(port);
        }
        killAndFollow();
        awaitStatus("backoff");
        Files.delete(file("fail-run"));
        // It would be tried again by itself, as after the other wait, only later.
        apply(110);
        awaitUp(5);
    }

    /**
     * It runs when the node is killed, and once more with the next one; never twice at a
     * time.
     */
    private void killedDuring(String hook, int before) throws Exception {
        await().atMost(Walk.SOON).until(() -> pids(hook).size() == before + 1);
        killAndFollow();
        await().atMost(Walk.SOON).until(() -> pids(hook).size() == before + 2);
        assertThat(pids(hook).subList(0, before + 1)).as(hook).noneMatch(KilledNodeTest::alive);
        assertThat(alive(pids(hook).get(before + 1))).as(hook).isTrue();
    }

    private void killAndFollow() throws Exception {
        this.node.kill();
        this.node.start();
        this.node.awaitReady();
    }

    /**
     * As the given number of all processes that were started, and the only one that
     * lives. One that is up may not have said so yet, or may be about to fail.
     */
    private void awaitUp(int number) {
        await().atMost(Walk.SOON).untilAsserted(() -> {
            assertThat(status()).contains("\"state\":\"up\"", "\"pid\":" + running(), "\"health\":\"Ok\"");
            assertThat(pids("run")).hasSize(number);
            assertThat(pids("run")).filteredOn(KilledNodeTest::alive).containsExactly(running());
        });
    }

    private long running() throws IOException {
        return Files.exists(pidFile()) ? Long.parseLong(Files.readString(pidFile()).strip()) : -1;
    }

    private void stop() throws Exception {
        this.node.muster("", "svc", "stop", "web").succeeds();
        await().atMost(Walk.SOON).until(() -> Files.notExists(pidFile()));
    }

    private void start() throws Exception {
        this.node.muster("", "svc", "start", "web").succeeds();
    }

    private void apply(int port) throws Exception {
        this.node.muster("port = " + port + "\n", "config", "apply", "web.default");
    }

    private void awaitStatus(String word) {
        await().atMost(Walk.SOON).untilAsserted(() -> assertThat(status()).contains(word));
    }

    private String status() throws Exception {
        return this.node.serviceDocument("web");
    }

    private void hold(String name) throws IOException {
        Files.writeString(file("hold-" + name), "");
    }

    private void release(String name) throws IOException {
        Files.delete(file("hold-" + name));
    }

    private Path file(String name) {
        return this.node.root().resolve(name);
    }

    private Path service(String name) {
        return this.node.root().resolve("svc/web").resolve(name);
    }

    private Path pidFile() {
        return service("PID");
    }

    private List<Long> pids(String name) {
        try {
            Path file = service("data").resolve(name);
            return Files.exists(file) ? Files.readString(file).lines().map(Long::valueOf).toList() : List.of();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** A zombie, which waits for its parent only, is not. */
    private static boolean alive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        }
        catch (IOException ex) {
            return false;
        }
    }

}
