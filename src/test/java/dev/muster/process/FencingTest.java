package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import dev.muster.service.Launch;
import dev.muster.service.Lease;
import dev.muster.service.RunningProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a shim does to a process of which nobody says any longer that it may run. */
class FencingTest {

    private static final Duration GRACE = Duration.ofMillis(600);

    @TempDir
    Path directory;

    private final List<RunningProcess> started = new ArrayList<>();

    private Scripts scripts;

    private OsProcesses processes;

    private Lease lease;

    private long begun;

    @BeforeEach
    void open() throws IOException {
        this.scripts = new Scripts(this.directory);
        this.processes = new OsProcesses();
        this.lease = this.processes.lease(file());
    }

    @AfterEach
    void endWhatWasStarted() {
        for (RunningProcess process : this.started) {
            process.signal("KILL");
            await().until(process::gone);
        }
        this.processes.close();
    }

    private Path file() {
        return this.directory.resolve("LEASE");
    }

    private RunningProcess start(String name, String script, String signal) throws IOException {
        Launch plain = this.scripts.launch(name, script);
        Launch fenced = new Launch(plain.command(), plain.environment(), plain.directory(), plain.output(),
                plain.errors(), plain.runAs(), plain.token(), plain.exitRecord(),
                Optional.of(new Launch.Fence(file(), signal)));
        RunningProcess process = this.processes.start(fenced);
        this.started.add(process);
        this.begun = System.nanoTime();
        return process;
    }

    private void extend(Duration left) throws IOException {
        this.lease.extend(() -> left, GRACE);
    }

    private Duration sinceBegin() {
        return Duration.ofNanos(System.nanoTime() - this.begun);
    }

    @Test
    void aProcessWhoseLeaseRunsOutIsAskedToStopInItsOwnWay() throws IOException {
        extend(Duration.ofSeconds(2));
        RunningProcess process = start("service", "trap 'exit 7' USR2; while :; do sleep 0.05; done", "USR2");
        assertThat(Scripts.exit(process)).hasValue(7);
        assertThat(sinceBegin()).isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(8));
    }

    @Test
    void oneThatDoesNotStopIsKilledWithAllThatCameOfIt() throws IOException {
        extend(Duration.ofSeconds(30));
        RunningProcess process = start("service", """
                trap '' TERM
                setsid sh -c 'trap "" TERM; echo $$ > escaped; while :; do sleep 0.1; done' &
                while :; do sleep 0.05; done""", "TERM");
        long escaped = this.scripts.pidIn("escaped");
        extend(Duration.ofSeconds(1));
        assertThat(Scripts.exit(process)).hasValue(137);
        await().until(() -> !Scripts.alive(escaped));
        assertThat(process.gone()).isTrue();
    }

    @Test
    void oneWhoseLeaseIsRenewedOrLiftedLivesOn() throws IOException {
        extend(Duration.ofMillis(1_500));
        RunningProcess process = start("service", "exec sleep 600", "TERM");
        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            extend(Duration.ofMillis(1_500));
            return sinceBegin().compareTo(Duration.ofSeconds(3)) > 0;
        });
        assertThat(Scripts.alive(process.pid())).isTrue();
        this.lease.lift();
        await().until(() -> sinceBegin().compareTo(Duration.ofMillis(5_500)) > 0);
        assertThat(Scripts.alive(process.pid())).isTrue();
    }

    @Test
    void aFollowerBecomesALeaderUnderTheShimThatItHas() throws IOException {
        this.lease.lift();
        RunningProcess process = start("service", "exec sleep 600", "TERM");
        await().until(() -> sinceBegin().compareTo(Duration.ofMillis(300)) > 0);
        extend(Duration.ofMillis(1_500));
        assertThat(Scripts.exit(process)).hasValue(143);
    }

    @Test
    void aDamagedLeaseFileLeavesTheLeaseThatWasThere() throws IOException {
        extend(Duration.ofSeconds(2));
        RunningProcess process = start("service", "exec sleep 600", "TERM");
        await().until(() -> sinceBegin().compareTo(Duration.ofMillis(900)) > 0);
        Files.writeString(file(), "for ever and ever\n");
        assertThat(Scripts.exit(process)).hasValue(143);
    }

    @Test
    void theWatchOutlivesTheShimAndGoesWithTheProcess() throws IOException {
        extend(Duration.ofSeconds(2));
        RunningProcess process = start("service", "exec sleep 600", "TERM");
        long shim = Scripts.stat(process.pid()).orElseThrow().parent();
        new Signals().send("KILL", List.of(shim));
        await().until(() -> !Scripts.alive(shim));
        await().until(() -> !Scripts.alive(process.pid()));
        await().until(
                () -> new ProcessTable(Path.of("/proc")).living((other) -> other.stat().session() == shim).isEmpty());
    }

    @Test
    void theCodeOfAFencedProcessIsKeptAsOfAnyOther() throws IOException {
        this.lease.lift();
        RunningProcess process = start("service", "exit 42", "TERM");
        assertThat(Scripts.exit(process)).isEqualTo(OptionalInt.of(42));
    }

}
