package dev.muster.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

import dev.muster.service.Account;
import dev.muster.service.Launch;
import dev.muster.service.ProcessIdentity;
import dev.muster.service.RunAs;
import dev.muster.service.RunningProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class OsProcessesTest {

    @TempDir
    Path directory;

    private final List<RunningProcess> started = new ArrayList<>();

    private OsProcesses processes;

    private Account self;

    private int launches;

    @BeforeEach
    void open() throws IOException {
        this.processes = new OsProcesses();
        this.self = new OsAccounts().self();
    }

    @AfterEach
    void endWhatWasStarted() {
        for (RunningProcess process : this.started) {
            process.signal("KILL");
            await().until(process::gone);
        }
        this.processes.close();
    }

    private Launch launch(String script) throws IOException {
        return launch(script, new RunAs(this.self, false, false));
    }

    private Launch launch(String script, RunAs runAs) throws IOException {
        Path file = this.directory.resolve("hook " + ++this.launches);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new Launch(List.of(file.toString(), "a b", "$HOME;*"), Map.of("PATH", "/usr/bin:/bin", "ONLY", "this"),
                this.directory, this.directory.resolve("out"), this.directory.resolve("err"), runAs,
                "token" + this.launches, Optional.of(this.directory.resolve("exit " + this.launches)));
    }

    private RunningProcess start(Launch launch) throws IOException {
        RunningProcess process = this.processes.start(launch);
        this.started.add(process);
        return process;
    }

    private String out() throws IOException {
        Path out = this.directory.resolve("out");
        return Files.exists(out) ? Files.readString(out) : "";
    }

    private void awaitOutput(String text) {
        await().until(() -> out().contains(text));
    }

    private static OptionalInt exit(RunningProcess process) {
        CompletableFuture<OptionalInt> exit = new CompletableFuture<>();
        process.onExit(exit::complete);
        await().until(exit::isDone);
        return exit.join();
    }

    private static ProcStat stat(long pid) throws IOException {
        return ProcStat.parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }

    @Test
    void aProcessLeadsASessionAndGroupOfItsOwnAndGetsNoOtherEnvironment() throws IOException {
        RunningProcess process = start(launch("echo up; echo oops >&2; exec sleep 600"));
        awaitOutput("up\n");
        ProcStat stat = stat(process.pid());
        assertThat(stat.group()).isEqualTo(process.pid());
        assertThat(stat.session()).isEqualTo(process.pid());
        assertThat(stat.startTicks()).isEqualTo(process.started().startTicks());
        String environment = Files.readString(Path.of("/proc/" + process.pid() + "/environ"),
                StandardCharsets.ISO_8859_1);
        assertThat(environment.split("\0")).filteredOn((entry) -> !entry.startsWith("PWD="))
            .containsExactlyInAnyOrder("PATH=/usr/bin:/bin", "ONLY=this", "HAB_LAUNCH_TOKEN=token1");
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/fd/0"))).hasToString("/dev/null");
        assertThat(this.directory.resolve("err")).content().isEqualTo("oops\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory.resolve("out"))))
            .isEqualTo("rw-r-----");
        process.signal("TERM");
        assertThat(exit(process)).hasValue(143);
        await().until(process::gone);
    }

    @Test
    void argumentsReachTheProcessAsTheyAre() throws IOException {
        RunningProcess process = start(launch("printf '[%s]' \"$@\"; exit 7"));
        assertThat(exit(process)).hasValue(7);
        assertThat(out()).isEqualTo("[a b][$HOME;*]");
    }

    @Test
    void noSignalIsBlockedOrIgnored() throws IOException {
        RunningProcess process = start(launch("echo up; exec sleep 600"));
        awaitOutput("up\n");
        await().until(() -> stat(process.pid()).command().equals("sleep"));
        assertThat(ordinarySignals(process.pid(), "SigBlk:")).isZero();
        assertThat(ordinarySignals(process.pid(), "SigIgn:")).isZero();
        process.signal("QUIT");
        assertThat(exit(process)).hasValue(131);
    }

    /** Signals 1 to 31: what lies above is the C library's own. */
    private static long ordinarySignals(long pid, String key) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/" + pid + "/status"))
            .stream()
            .filter((candidate) -> candidate.startsWith(key))
            .findFirst()
            .orElseThrow();
        return Long.parseUnsignedLong(line.substring(key.length()).strip(), 16) & 0x7fffffff;
    }

    @Test
    void aGroupIsGoneOnlyWhenItsLastChildIs() throws IOException {
        RunningProcess process = start(launch("sh -c 'trap \"\" TERM; echo child; while :; do sleep 1; done' & "
                + "sleep 0.01; while ! grep -q child out; do :; done; exit 0"));
        assertThat(exit(process)).hasValue(0);
        assertThat(process.gone()).isFalse();
        process.signal("TERM");
        assertThat(process.gone()).isFalse();
        process.signal("KILL");
        await().until(process::gone);
    }

    @Test
    void aProcessIsTakenBackByPidStartAndBootOnly() throws IOException {
        Launch launch = launch("echo up; exec sleep 600");
        RunningProcess process = start(launch);
        awaitOutput("up\n");
        ProcessIdentity.Started known = process.started();
        assertThat(find(launch, known)).map(RunningProcess::pid).contains(process.pid());
        assertThat(this.processes.find(
                new ProcessIdentity("other",
                        new ProcessIdentity.Started(known.pid(), known.startTicks() - 1, known.bootId())),
                launch.exitRecord().orElseThrow()))
            .isEmpty();
        assertThat(find(launch, new ProcessIdentity.Started(known.pid(), known.startTicks(), "other boot"))).isEmpty();
        assertThat(find(launch, null)).map(RunningProcess::started).contains(known);
        RunningProcess back = find(launch, known).orElseThrow();
        back.signal("TERM");
        assertThat(exit(back)).hasValue(143);
        await().until(back::gone);
        assertThat(find(launch, known)).isEmpty();
        assertThat(find(launch, null)).isEmpty();
    }

    private Optional<RunningProcess> find(Launch launch, ProcessIdentity.Started known) {
        return this.processes.find(new ProcessIdentity(launch.token(), known), launch.exitRecord().orElseThrow());
    }

    @Test
    void childrenThatOutlivedTheirLeaderAreFoundByTheirToken() throws IOException {
        Launch launch = launch("sleep 600 & exit 0");
        RunningProcess process = start(launch);
        exit(process);
        RunningProcess back = find(launch, process.started()).orElseThrow();
        assertThat(exit(back)).hasValue(0);
        assertThat(back.gone()).isFalse();
        assertThat(this.processes.find(new ProcessIdentity("other", process.started()),
                Path.of("/nowhere/svc/other/EXIT")))
            .isEmpty();
        back.signal("KILL");
        await().until(back::gone);
    }

    @Test
    void aNumberThatBelongsToSomeoneElseIsNotSignalled() throws IOException {
        RunningProcess bystander = start(launch("echo up; exec sleep 600"));
        awaitOutput("up\n");
        ProcessIdentity.Started known = bystander.started();
        RunningProcess earlier = new OsProcess(
                new ProcessIdentity.Started(known.pid(), known.startTicks() - 1, known.bootId()), "another token", true,
                new ProcessTable(Path.of("/proc")), new Signals());
        earlier.signal("KILL");
        assertThat(earlier.gone()).isTrue();
        assertThat(bystander.gone()).isFalse();
        assertThat(stat(bystander.pid()).alive()).isTrue();
    }

    @Test
    void whereThereIsNoKillProgramTheShellSignalsTheGroup() throws IOException {
        RunningProcess process = start(launch("sleep 600 & echo up; wait"));
        awaitOutput("up\n");
        new Signals(Optional.empty()).send("TERM", List.of(-process.pid()));
        await().until(process::gone);
    }

    @Test
    void onlyNamesOfSignalsReachACommandLine() throws IOException {
        RunningProcess process = start(launch("exec sleep 600"));
        assertThatIllegalArgumentException().isThrownBy(() -> process.signal("TERM; reboot"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Signals().send("TERM", List.of(1L)));
    }

    @Test
    void whatCannotBeExecutedIsSaidAtOnce() throws IOException {
        Launch launch = launch("exit 0");
        Files.delete(Path.of(launch.command().get(0)));
        assertThatIOException().isThrownBy(() -> this.processes.start(launch))
            .withMessageContaining(launch.command().get(0));
    }

    @Test
    void asRootAServiceRunsAsItsUserWithoutAnyWayBack() throws IOException {
        Account nobody = nobody();
        Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        RunningProcess process = start(launch("id -u; id -g; exec sleep 600", new RunAs(nobody, true, false)));
        awaitOutput(nobody.uid() + "\n" + nobody.gid() + "\n");
        assertThat(Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))).contains("NoNewPrivs:\t1",
                "CapPrm:\t0000000000000000", "CapInh:\t0000000000000000", "CapEff:\t0000000000000000");
        assertThat(Files.getAttribute(Path.of("/proc/" + process.pid()), "unix:uid")).isEqualTo((int) nobody.uid());
        process.signal("TERM");
        await().until(process::gone);
    }

    @Test
    void theDirectoryThatBarsAUserIsNamed() throws IOException {
        Account nobody = nobody();
        Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path barred = Files.createDirectory(this.directory.resolve("barred"));
        Path file = Files.createDirectory(barred.resolve("inner")).resolve("run");
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(barred, PosixFilePermissions.fromString("rwx------"));
        assertThat(this.processes.barrier(nobody, List.of(this.directory, file))).contains(barred);
        Files.setPosixFilePermissions(barred, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(this.processes.barrier(nobody, List.of(this.directory, file))).isEmpty();
    }

    private Account nobody() throws IOException {
        Assumptions.assumeTrue(this.self.root(), "only root can run a service as someone else");
        return new OsAccounts().find("nobody", Optional.empty()).orElseThrow();
    }

}
