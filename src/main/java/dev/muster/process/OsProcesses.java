package dev.muster.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.muster.service.Account;
import dev.muster.service.Launch;
import dev.muster.service.ProcessIdentity;
import dev.muster.service.Processes;
import dev.muster.service.RunAs;
import dev.muster.service.RunningProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of Linux. A launch is a chain of programs that each replace themselves with
 * the next, so the pid we get is the service's own: {@code env} gives every signal its
 * default back (a JVM of version 17 leaves SIGQUIT blocked), {@code setpriv} changes the
 * user and takes away every way back, {@code setsid} makes session and group.
 */
public final class OsProcesses implements Processes, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OsProcesses.class);

    /** How soon the end of a process is noticed whose parent we are not. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final Set<PosixFilePermission> LOG_FILE = PosixFilePermissions.fromString("rw-r-----");

    private final ProcessTable table;

    private final Signals signals = new Signals();

    private final String env = Programs.require("env");

    private final String setsid = Programs.require("setsid");

    private final String test = Programs.require("test");

    private final boolean defaultSignals;

    /**
     * Processes that this node is not the parent of, so that nobody tells it of their
     * end.
     */
    private final Set<OsProcess> adopted = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService watch;

    /**
     * @throws IOException when {@code /proc} cannot be read
     * @throws IllegalStateException when a program of the system is missing
     */
    public OsProcesses() throws IOException {
        this.table = new ProcessTable(Path.of("/proc"));
        this.defaultSignals = Programs.run(List.of(this.env, "--default-signal", this.test, "a")).code() == 0;
        if (!this.defaultSignals) {
            log.warn("Services may start with SIGQUIT blocked: this env does not know --default-signal");
        }
        this.watch = Executors.newSingleThreadScheduledExecutor((task) -> {
            Thread thread = new Thread(task, "adopted-processes");
            thread.setDaemon(true);
            return thread;
        });
        this.watch.scheduleWithFixedDelay(this::lookAtAdopted, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public RunningProcess start(Launch launch) throws IOException {
        Path program = Path.of(launch.command().get(0));
        if (!Files.isExecutable(program)) {
            throw new IOException(program + " is not there or not executable");
        }
        createLog(launch.output());
        createLog(launch.errors());
        ProcessBuilder builder = new ProcessBuilder(commandLine(launch)).directory(launch.directory().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.output().toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(launch.errors().toFile()));
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        builder.environment().put(Launch.TOKEN_VARIABLE, launch.token());
        Process process = builder.start();
        // One that ended already has no start time; no other process will ever match it.
        long startTicks = this.table.stat(process.pid()).map(ProcStat::startTicks).orElse(-1L);
        ProcessIdentity.Started started = new ProcessIdentity.Started(process.pid(), startTicks, this.table.bootId());
        return new OsProcess(started, this.table, this.signals,
                process.onExit().thenApply((ended) -> OptionalInt.of(ended.exitValue())));
    }

    private List<String> commandLine(Launch launch) {
        List<String> line = new ArrayList<>();
        line.add(this.env);
        if (this.defaultSignals) {
            line.add("--default-signal");
        }
        RunAs runAs = launch.runAs();
        if (runAs.switched()) {
            line.addAll(switchTo(runAs.account()));
        }
        line.add(this.setsid);
        line.addAll(launch.command());
        return line;
    }

    private static List<String> switchTo(Account account) {
        return List.of(Programs.require("setpriv"), "--reuid=" + account.uid(), "--regid=" + account.gid(),
                "--init-groups", "--no-new-privs", "--inh-caps=-all");
    }

    private static void createLog(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(LOG_FILE));
        }
        catch (FileAlreadyExistsException ex) {
            log.trace("Log goes on: file={}", file);
        }
    }

    @Override
    public Optional<RunningProcess> find(ProcessIdentity identity) {
        ProcessIdentity.Started started = identity.started();
        Optional<ProcessIdentity.Started> found = (started != null) ? stillThere(started, identity.token())
                : byToken(identity.token());
        return found.map((known) -> {
            OsProcess process = new OsProcess(known, this.table, this.signals, new CompletableFuture<>());
            this.adopted.add(process);
            return process;
        });
    }

    private Optional<ProcessIdentity.Started> stillThere(ProcessIdentity.Started started, String token) {
        if (!started.bootId().equals(this.table.bootId())) {
            return Optional.empty();
        }
        Optional<ProcStat> leader = this.table.stat(started.pid());
        if (leader.isPresent() && leader.get().startTicks() != started.startTicks()) {
            return Optional.empty();
        }
        boolean left = leader.filter(ProcStat::alive).isPresent()
                || !this.table.living((other) -> isOf(started.pid(), other) && this.table.carries(other.pid(), token))
                    .isEmpty();
        return left ? Optional.of(started) : Optional.empty();
    }

    private static boolean isOf(long group, ProcStat other) {
        return other.group() == group && other.session() == group;
    }

    private Optional<ProcessIdentity.Started> byToken(String token) {
        return this.table.living((other) -> other.group() == other.session() && this.table.carries(other.pid(), token))
            .stream()
            .map((member) -> {
                long ticks = this.table.stat(member.session()).map(ProcStat::startTicks).orElse(-1L);
                return new ProcessIdentity.Started(member.session(), ticks, this.table.bootId());
            })
            .findFirst();
    }

    private void lookAtAdopted() {
        try {
            for (OsProcess process : this.adopted) {
                if (!process.leaderRuns()) {
                    this.adopted.remove(process);
                    process.ended();
                }
            }
        }
        catch (RuntimeException ex) {
            // A timer that throws is never run again.
            log.error("Processes of an earlier run cannot be watched", ex);
        }
    }

    @Override
    public Optional<Path> barrier(Account account, List<Path> paths) {
        for (Path path : paths) {
            if (!passes(account, path)) {
                return Optional.of(firstBarrier(account, path));
            }
        }
        return Optional.empty();
    }

    private Path firstBarrier(Account account, Path path) {
        for (int names = 1; names < path.getNameCount(); names++) {
            Path above = path.getRoot().resolve(path.subpath(0, names));
            if (!passes(account, above)) {
                return above;
            }
        }
        return path;
    }

    /** Asks as that user: groups, access lists and read-only mounts all count. */
    private boolean passes(Account account, Path path) {
        List<String> command = new ArrayList<>(switchTo(account));
        command.addAll(List.of(this.test, "-x", path.toString()));
        return Programs.run(command).code() == 0;
    }

    /** Ends the watch; processes are left alone. */
    @Override
    public void close() {
        this.watch.shutdownNow();
    }

}
