package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.muster.service.Launch;
import dev.muster.service.ProcessIdentity;
import dev.muster.service.RunningProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** That a stop ends all that came of a process. */
class EscapedChildrenTest {

    /** Leaves a child in the group and one in a session of its own, both deaf to TERM. */
    private static final String DEAF = "(trap '' TERM; echo $$ > /dev/null; while :; do sleep 1; done) & "
            + "setsid sh -c \"trap '' TERM; echo \\$\\$ > escaped; while :; do sleep 1; done\" &\n";

    @TempDir
    Path directory;

    private final List<RunningProcess> started = new ArrayList<>();

    private Scripts scripts;

    private OsProcesses processes;

    @BeforeEach
    void open() throws IOException {
        this.scripts = new Scripts(this.directory);
        this.processes = new OsProcesses();
    }

    @AfterEach
    void endWhatWasStarted() {
        for (RunningProcess process : this.started) {
            process.signal("KILL");
            await().until(process::gone);
        }
        this.processes.close();
    }

    private RunningProcess start(Launch launch) throws IOException {
        RunningProcess process = this.processes.start(launch);
        this.started.add(process);
        return process;
    }

    @Test
    void aProcessIsGoneOnlyWhenItsEscapedChildrenAreToo() throws IOException {
        RunningProcess process = start(this.scripts.launch("service", DEAF + "wait"));
        long escaped = this.scripts.pidIn("escaped");
        assertThat(Scripts.stat(escaped).orElseThrow().session()).isEqualTo(escaped);
        process.signal("TERM");
        assertThat(Scripts.exit(process)).hasValue(143);
        assertThat(process.gone()).isFalse();
        process.signal("KILL");
        await().until(process::gone);
        assertThat(Scripts.alive(escaped)).isFalse();
    }

    @Test
    void theStopSignalReachesThoseThatEscaped() throws IOException {
        RunningProcess process = start(this.scripts.launch("service",
                "setsid sh -c \"trap 'echo asked > asked; exit' TERM; echo \\$\\$ > escaped; "
                        + "while :; do sleep 0.02; done\" & wait"));
        long escaped = this.scripts.pidIn("escaped");
        process.signal("TERM");
        await().until(process::gone);
        assertThat(Scripts.alive(escaped)).isFalse();
        assertThat(this.scripts.content("asked")).isEqualTo("asked\n");
    }

    @Test
    void escapedChildrenOfALeaderThatIsGoneAreTakenBackAndKilled() throws IOException {
        Launch launch = this.scripts.launch("service",
                "setsid sh -c 'echo $$ > escaped; exec sleep 600' & while [ ! -s escaped ]; do sleep 0.02; done; exit 4");
        RunningProcess process = start(launch);
        assertThat(Scripts.exit(process)).hasValue(4);
        long escaped = this.scripts.pidIn("escaped");
        RunningProcess back = this.processes.find(Scripts.identity(launch, process), this.scripts.record())
            .orElseThrow();
        assertThat(Scripts.exit(back)).hasValue(4);
        assertThat(back.gone()).isFalse();
        back.signal("KILL");
        await().until(back::gone);
        assertThat(Scripts.alive(escaped)).isFalse();
    }

    @Test
    void aGroupOfTheSameNumberIsNotOursUnlessSomebodyInItCarriesTheTokenOrIsAtHome() throws IOException {
        Scripts elsewhere = new Scripts(Files.createDirectory(this.directory.resolve("elsewhere")));
        RunningProcess bystander = start(elsewhere.launch("bystander", "sleep 600 & echo $! > child; exit 0"));
        long child = elsewhere.pidIn("child");
        assertThat(Scripts.exit(bystander)).hasValue(0);
        await().until(() -> Scripts.stat(bystander.pid()).isEmpty());
        ProcessIdentity.Started numbers = bystander.started();
        assertThat(this.processes.find(
                new ProcessIdentity("another token",
                        new ProcessIdentity.Started(numbers.pid(), numbers.startTicks() - 5, numbers.bootId())),
                this.scripts.record()))
            .isEmpty();
        assertThat(Scripts.alive(child)).isTrue();
    }

    @Test
    void whoeverHasWrittenOverItsEnvironmentIsKnownByWhereItWorks() throws IOException {
        Launch launch = this.scripts.launch("service",
                "env -i sleep 600 & echo $! > child; while ! grep -q sleep /proc/$(cat child)/comm; do :; done; exit 3");
        RunningProcess process = start(launch);
        assertThat(Scripts.exit(process)).hasValue(3);
        long child = this.scripts.pidIn("child");
        RunningProcess back = this.processes.find(Scripts.identity(launch, process), this.scripts.record())
            .orElseThrow();
        back.signal("KILL");
        await().until(back::gone);
        assertThat(Scripts.alive(child)).isFalse();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aSignalThatIsNotPermittedIsAWarningAndOneThatComesTooLateIsNot(CapturedOutput output) throws IOException {
        Assumptions.assumeTrue(new OsAccounts().self().root(), "only root can become a user without rights");
        Path powerless = this.directory.resolve("kill");
        Files.writeString(powerless, "#!/bin/sh\nexec setpriv --reuid=65534 --clear-groups kill \"$@\"\n");
        Files.setPosixFilePermissions(powerless, PosixFilePermissions.fromString("rwxr-xr-x"));
        Signals signals = new Signals(Optional.of(powerless.toString()));
        RunningProcess process = start(this.scripts.launch("service", "exec sleep 600"));
        signals.send("TERM", List.of(process.pid()));
        assertThat(output).contains("WARN")
            .contains("Signal not permitted or not sent: pid=" + process.pid() + " signal=TERM")
            .contains("Operation not permitted");
        assertThat(Scripts.alive(process.pid())).isTrue();
        process.signal("KILL");
        await().until(process::gone);
        signals.send("USR1", List.of(process.pid()));
        assertThat(output).doesNotContain("signal=USR1");
    }

}
