package dev.muster.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

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
import static org.awaitility.Awaitility.await;

/** What becomes of an exit code, whoever dies first. */
class ShimTest {

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

    private static long shimOf(RunningProcess process) {
        return Scripts.stat(process.pid()).orElseThrow().parent();
    }

    private void awaitRecord(Launch launch, RunningProcess process, int code) {
        await().until(() -> this.processes.exitOf(Scripts.identity(launch, process), this.scripts.record())
            .equals(OptionalInt.of(code)));
    }

    /** A node in a JVM of its own, killed as soon as it has started a process. */
    private ProcessIdentity startedByANodeThatIsKilled(String name, String script) throws Exception {
        Process node = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), ShortLivedNode.class.getName(), this.directory.toString(), name,
                script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            String line = reader.lines().filter((text) -> text.startsWith("started ")).findFirst().orElseThrow();
            String[] parts = line.split(" ");
            return new ProcessIdentity(this.scripts.token(name),
                    new ProcessIdentity.Started(Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3]));
        }
        finally {
            node.destroyForcibly().waitFor();
        }
    }

    @Test
    void theCodeOfAProcessThatEndedWhileNoNodeRanIsKnownToTheNext() throws Exception {
        ProcessIdentity known = startedByANodeThatIsKilled("service",
                "while [ ! -e go ]; do sleep 0.02; done; exit 42");
        long pid = known.started().pid();
        assertThat(Scripts.alive(pid)).isTrue();
        assertThat(this.processes.exitOf(known, this.scripts.record())).isEmpty();
        long shim = Scripts.stat(pid).orElseThrow().parent();
        Files.createFile(this.directory.resolve("go"));
        await().until(() -> !Scripts.alive(shim));
        assertThat(this.processes.find(known, this.scripts.record())).isEmpty();
        assertThat(this.processes.exitOf(known, this.scripts.record())).hasValue(42);
    }

    @Test
    void aProcessThatIsTakenBackTellsItsCodeWhenItEnds() throws Exception {
        ProcessIdentity known = startedByANodeThatIsKilled("service",
                "while [ ! -e go ]; do sleep 0.02; done; exit 42");
        RunningProcess back = this.processes.find(known, this.scripts.record()).orElseThrow();
        this.started.add(back);
        assertThat(back.pid()).isEqualTo(known.started().pid());
        Files.createFile(this.directory.resolve("go"));
        assertThat(Scripts.exit(back)).hasValue(42);
        assertThat(back.gone()).isTrue();
    }

    @Test
    void aProcessThatIsKilledAloneOrWithItsGroupIsRecordedAsKilled() throws IOException {
        Launch alone = this.scripts.launch("alone", "sleep 600 & exec sleep 600");
        RunningProcess first = start(alone);
        new Signals().send("KILL", List.of(first.pid()));
        awaitRecord(alone, first, 137);
        assertThat(Scripts.exit(first)).hasValue(137);
        Launch group = this.scripts.launch("group", "sleep 600 & wait");
        RunningProcess second = start(group);
        await().until(() -> Scripts.stat(second.pid()).orElseThrow().group() == second.pid());
        long shim = shimOf(second);
        new Signals().send("KILL", List.of(-second.pid()));
        awaitRecord(group, second, 137);
        assertThat(Scripts.exit(second)).hasValue(137);
        await().until(() -> !Scripts.alive(shim));
    }

    @Test
    void whereTheShimWasKilledTheProcessLivesOnAndItsCodeIsUnknown() throws IOException {
        Launch launch = this.scripts.launch("service", "echo up > up; while [ ! -e go ]; do sleep 0.02; done; exit 3");
        RunningProcess process = start(launch);
        CompletableFuture<Object> exit = new CompletableFuture<>();
        process.onExit(exit::complete);
        await().until(() -> this.scripts.content("up").equals("up\n"));
        long shim = shimOf(process);
        new Signals().send("KILL", List.of(shim));
        await().until(() -> !Scripts.alive(shim));
        assertThat(Scripts.alive(process.pid())).isTrue();
        assertThat(process.gone()).isFalse();
        assertThat(exit).isNotDone();
        Files.createFile(this.directory.resolve("go"));
        assertThat(Scripts.exit(process)).isEmpty();
        assertThat(process.gone()).isTrue();
        assertThat(this.processes.exitOf(Scripts.identity(launch, process), this.scripts.record())).isEmpty();
    }

    @Test
    void whereShimAndProcessAreKilledTogetherTheCodeIsUnknown() throws IOException {
        RunningProcess process = start(this.scripts.launch("service", "echo up > up; exec sleep 600"));
        await().until(() -> this.scripts.content("up").equals("up\n"));
        new Signals().send("KILL", List.of(shimOf(process), process.pid()));
        assertThat(Scripts.exit(process)).isEmpty();
    }

    @Test
    void theRecordOfAnotherLaunchIsNeverTaken() throws IOException {
        Launch first = this.scripts.launch("first", "exec sleep 600");
        RunningProcess earlier = start(first);
        Launch second = this.scripts.launch("other", "exec sleep 600");
        RunningProcess later = start(second);
        earlier.signal("TERM");
        assertThat(Scripts.exit(earlier)).hasValue(143);
        assertThat(this.processes.exitOf(Scripts.identity(second, later), this.scripts.record())).isEmpty();
        later.signal("TERM");
        awaitRecord(second, later, 143);
        assertThat(this.processes.exitOf(Scripts.identity(first, earlier), this.scripts.record())).isEmpty();
    }

    @Test
    void theShimIsOutOfReachAndHoldsNothingOfTheService() throws IOException {
        RunningProcess process = start(this.scripts.launch("service", "echo up > up; exec sleep 600"));
        await().until(() -> this.scripts.content("up").equals("up\n"));
        long shim = shimOf(process);
        ProcStat stat = Scripts.stat(shim).orElseThrow();
        assertThat(stat.session()).isEqualTo(shim).isNotEqualTo(process.pid());
        Path proc = Path.of("/proc/" + shim);
        assertThat(Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1))
            .doesNotContain(Launch.TOKEN_VARIABLE);
        assertThat(Files.readSymbolicLink(proc.resolve("cwd"))).hasToString("/");
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            assertThat(descriptors.map(ShimTest::target)).containsExactlyInAnyOrder("/dev/null", "/dev/null",
                    this.scripts.record().toString());
        }
        new Signals().send("TERM", List.of(shim));
        new Signals().send("HUP", List.of(shim));
        process.signal("QUIT");
        assertThat(Scripts.exit(process)).hasValue(131);
        await().until(() -> !Scripts.alive(shim));
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Test
    void theProcessHoldsNothingOfTheShim() throws IOException {
        RunningProcess process = start(this.scripts.launch("service", "ls -l /proc/$$/fd > list; echo done > up"));
        await().until(() -> this.scripts.content("up").equals("done\n"));
        assertThat(Scripts.exit(process)).hasValue(0);
        assertThat(this.scripts.content("list")).doesNotContain("pipe:", "EXIT");
    }

    @Test
    void aProcessStartsEvenWhereItsCodeCannotBeRecorded() throws IOException {
        Launch launch = this.scripts.launch("service", "exit 9");
        Launch unrecorded = new Launch(launch.command(), launch.environment(), launch.directory(), launch.output(),
                launch.errors(), launch.runAs(), launch.token(), Optional.of(this.directory.resolve("missing/EXIT")));
        assertThat(Scripts.exit(start(unrecorded))).hasValue(9);
    }

    @Test
    void asRootTheServicesUserCannotForgeItsExitCode() throws IOException {
        Account self = new OsAccounts().self();
        Assumptions.assumeTrue(self.root(), "only root can run a service as someone else");
        Account nobody = new OsAccounts().find("nobody", Optional.empty()).orElseThrow();
        Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Launch launch = this.scripts.launch("service", "echo forged > EXIT; id -u; exit 5",
                new RunAs(nobody, true, false));
        RunningProcess process = start(launch);
        assertThat(Scripts.exit(process)).hasValue(5);
        assertThat(this.processes.exitOf(Scripts.identity(launch, process), this.scripts.record())).hasValue(5);
        assertThat(this.scripts.content("service.out")).isEqualTo(nobody.uid() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.scripts.record())))
            .isEqualTo("rw-r-----");
    }

}
