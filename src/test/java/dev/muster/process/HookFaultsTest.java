package dev.muster.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.service.Health;
import dev.muster.service.Hook;
import dev.muster.service.ProcessState;
import dev.muster.service.Rung;
import dev.muster.service.ServiceSpec;
import dev.muster.service.ServiceStatus;
import dev.muster.service.TestPackage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a hook does wrong is its own service's trouble: for each fault a service per hook
 * that has it, all at once on one node and one loop, and one service without fault.
 */
class HookFaultsTest {

    private static final List<Hook> HOOKS = List.of(Hook.CHECK, Hook.INIT, Hook.POST_RUN, Hook.HEALTH_CHECK,
            Hook.RECONFIGURE, Hook.POST_STOP);

    /** Each run leaves its PID. */
    private static final String SCRIPT = "#!/bin/sh\necho $$ >> {{pkg.svc_data_path}}/pids\n";

    private static final String GO_ON = "while :; do sleep 0.2; done\n";

    @TempDir
    Path root;

    private LinuxNode node;

    @BeforeEach
    void begin() throws IOException {
        this.node = new LinuxNode(this.root);
        this.node.pack("well");
        this.node.load("well");
        this.node.awaitRung("well", Rung.HEALTHY);
    }

    @AfterEach
    void end() {
        this.node.close();
    }

    /** Brings each service to where its hook has begun. */
    private void provoke(String script, Duration timeout) {
        for (Hook hook : HOOKS) {
            this.node.pack(hook.fileName()).with("hooks/" + hook.fileName(), SCRIPT + script);
            this.node.services().load(spec(hook, timeout), false);
        }
        for (Hook hook : List.of(Hook.RECONFIGURE, Hook.POST_STOP)) {
            this.node.awaitRung(hook.fileName(), Rung.HEALTHY);
        }
        this.node.apply("reconfigure", 81);
        this.node.services().stop("post-stop", Optional.empty());
        for (Hook hook : HOOKS) {
            await().atMost(LinuxNode.SOON).until(() -> !pids(hook).isEmpty());
        }
    }

    private static ServiceSpec spec(Hook hook, Duration timeout) {
        ServiceSpec usual = ServiceSpec.of(TestPackage.ident(hook.fileName()));
        return new ServiceSpec(usual.ident(), usual.group(), usual.builderUrl(), usual.channel(), usual.topology(),
                usual.updateStrategy(), usual.updateCondition(), usual.binds(), usual.bindingMode(), usual.configFrom(),
                usual.desiredState(), usual.shutdownTimeout(), usual.healthCheckInterval(), Map.of(hook, timeout),
                usual.minMembers(), usual.onLostLease());
    }

    private ServiceStatus status(Hook hook) {
        return this.node.status(hook.fileName());
    }

    private List<Long> pids(Hook hook) {
        return this.node.pids(hook.fileName(), "pids");
    }

    private void awaitReason(Hook hook, String reason) {
        await().atMost(LinuxNode.SOON)
            .untilAsserted(() -> assertThat(status(hook).reason()).startsWith(hook.fileName() + " hook " + reason));
        assertThat(status(hook).rung()).isEqualTo(Rung.FAILED);
    }

    /** What is the same for every way to fail. */
    private void awaitFailure(String reason) {
        for (Hook hook : List.of(Hook.CHECK, Hook.INIT)) {
            awaitReason(hook, reason);
            assertThat(status(hook).pid()).isEmpty();
            await().atMost(LinuxNode.SOON).until(() -> pids(hook).size() > 1);
        }
        await().atMost(LinuxNode.SOON).until(() -> pids(Hook.POST_RUN).size() > 1);
        assertThat(status(Hook.POST_RUN).state()).isEqualTo(ProcessState.UP);
        assertThat(status(Hook.POST_RUN).restarts()).isZero();
        awaitReason(Hook.RECONFIGURE, reason);
        assertThat(status(Hook.RECONFIGURE).state()).isEqualTo(ProcessState.UP);
        assertThat(this.node.text("reconfigure", "config/main.conf")).isEqualTo("listen 81\n");
        this.node.awaitState("post-stop", ProcessState.DOWN);
        assertThat(status(Hook.POST_STOP).rung()).isEqualTo(Rung.STOPPED);
        assertThat(pids(Hook.POST_STOP)).hasSize(1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHookThatHangsDelaysOnlyItsOwnServiceAndIsEndedAfterItsTimeout() {
        provoke(GO_ON, Duration.ofSeconds(5));
        long before = this.node.pid("well");
        this.node.apply("well", 81);
        await().atMost(LinuxNode.SOON)
            .until(() -> this.node.status("well").rung() == Rung.HEALTHY && this.node.pid("well") != before);
        for (Hook hook : HOOKS) {
            assertThat(pids(hook)).as(hook.fileName()).hasSize(1).allMatch(Scripts::alive);
        }
        assertThat(status(Hook.POST_STOP).state()).isEqualTo(ProcessState.STOPPING);
        List<Long> hung = HOOKS.stream().flatMap((hook) -> pids(hook).stream()).toList();
        awaitFailure("did not end within 5s");
        await().atMost(LinuxNode.SOON)
            .until(() -> status(Hook.HEALTH_CHECK).healthReport()
                .reason()
                .equals("health-check hook did not end within 5s"));
        assertThat(status(Hook.HEALTH_CHECK).health()).isEqualTo(Health.UNKNOWN);
        assertThat(status(Hook.HEALTH_CHECK).state()).isEqualTo(ProcessState.UP);
        assertThat(hung).noneMatch(Scripts::alive);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHookThatIgnoresTheSignalIsKilledWithAllItStarted() {
        // The next time it does well.
        provoke("[ $(wc -l < {{pkg.svc_data_path}}/pids) -le 2 ] || exit 0\ntrap '' TERM\nsetsid sh -c 'echo $$ >> {{pkg.svc_data_path}}/pids; "
                + GO_ON.strip() + "' &\n" + GO_ON, Duration.ofMillis(500));
        for (Hook hook : HOOKS) {
            await().atMost(LinuxNode.SOON).until(() -> pids(hook).size() >= 2);
        }
        List<Long> deaf = HOOKS.stream().flatMap((hook) -> pids(hook).stream()).toList();
        assertThat(deaf).hasSize(2 * HOOKS.size());
        awaitReason(Hook.RECONFIGURE, "did not end within 500ms");
        for (Hook hook : List.of(Hook.CHECK, Hook.INIT, Hook.POST_RUN, Hook.HEALTH_CHECK)) {
            this.node.awaitRung(hook.fileName(), Rung.HEALTHY);
        }
        this.node.awaitState("post-stop", ProcessState.DOWN);
        await().atMost(LinuxNode.SOON).untilAsserted(() -> assertThat(deaf).noneMatch(Scripts::alive));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aDeafHookThatIsBeingEndedIsNotLeftBehindByANodeThatEnds() throws IOException {
        this.node.pack("web").with("hooks/post-run", SCRIPT + "trap '' TERM\n" + GO_ON);
        this.node.load("web");
        await().atMost(LinuxNode.SOON).until(() -> !this.node.pids("web", "pids").isEmpty());
        this.node.services().stop("web", Optional.empty());
        this.node.awaitState("web", ProcessState.DOWN);
        long deaf = this.node.pids("web", "pids").get(0);
        assertThat(Scripts.alive(deaf)).isTrue();
        this.node.close();
        await().atMost(LinuxNode.SOON).until(() -> !Scripts.alive(deaf));
        this.node = new LinuxNode(this.root);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHookThatExitsWithOneIsSaidInTheWordsOfItsReasonAndRunAgainWhereThatHelps() {
        provoke("echo no such port >&2\nexit 1\n", Duration.ofSeconds(20));
        awaitFailure("exited with 1: no such port");
        await().atMost(LinuxNode.SOON).until(() -> status(Hook.HEALTH_CHECK).health() == Health.WARNING);
        assertThat(status(Hook.HEALTH_CHECK).healthReport().errors()).isEqualTo("no such port");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHookMayPrintAMegabyteOnBothStreamsAndEachLineIsTold() {
        // The pipe of an error stream that nobody reads would be full after 64 KiB.
        // Health may be asked for again before all is looked at.
        provoke("[ ! -e {{pkg.svc_data_path}}/told ] || exit 0\n: > {{pkg.svc_data_path}}/told\n"
                + "yes \"$(printf '%0127d' 0)\" | head -8192 >&2\nyes \"$(printf '%0127d' 1)\" | head -8192\n"
                + "printf '%1048576s\\n' end\n", Duration.ofSeconds(60));
        for (Hook hook : List.of(Hook.CHECK, Hook.INIT, Hook.POST_RUN, Hook.HEALTH_CHECK)) {
            this.node.awaitRung(hook.fileName(), Rung.HEALTHY);
        }
        await().atMost(LinuxNode.SOON).until(() -> status(Hook.HEALTH_CHECK).health() == Health.OK);
        this.node.awaitRung("reconfigure", Rung.HEALTHY);
        this.node.awaitState("post-stop", ProcessState.DOWN);
        for (Hook hook : HOOKS) {
            String source = hook.fileName() + ".default hook[" + hook.fileName() + "]:(HK): ";
            await().atMost(LinuxNode.SOON)
                .until(() -> this.node.output()
                    .stream()
                    .anyMatch((line) -> line.startsWith(source) && line.endsWith(" end")));
            assertThat(lines(source + "0".repeat(127))).as(source + "errors").isEqualTo(8192);
            assertThat(lines(source + "0".repeat(126) + "1")).as(source + "output").isEqualTo(8192);
        }
    }

    private long lines(String text) {
        return this.node.output().stream().filter(text::equals).count();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHookThatLeavesChildrenHoldsUpNothing() {
        provoke("sleep 600 & echo $! >> {{pkg.svc_data_path}}/left\n"
                + "setsid sh -c 'echo $$ >> {{pkg.svc_data_path}}/left; exec sleep 600' &\n"
                + "while [ $(wc -l < {{pkg.svc_data_path}}/left) -lt 2 ]; do sleep 0.02; done\n",
                Duration.ofSeconds(20));
        for (Hook hook : List.of(Hook.CHECK, Hook.INIT, Hook.POST_RUN, Hook.HEALTH_CHECK, Hook.RECONFIGURE)) {
            this.node.awaitRung(hook.fileName(), Rung.HEALTHY);
        }
        this.node.awaitState("post-stop", ProcessState.DOWN);
        List<Long> left = HOOKS.stream().flatMap((hook) -> this.node.pids(hook.fileName(), "left").stream()).toList();
        // Health may have been asked for more than once.
        assertThat(left).hasSizeGreaterThanOrEqualTo(2 * HOOKS.size());
        left.forEach((pid) -> new Signals().send("KILL", List.of(pid)));
    }

}
