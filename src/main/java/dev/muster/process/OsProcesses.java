package dev.muster.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import dev.muster.service.Account;
import dev.muster.service.Launch;
import dev.muster.service.Lease;
import dev.muster.service.ProcessIdentity;
import dev.muster.service.Processes;
import dev.muster.service.RunningProcess;

/** Processes of Linux, as {@link Starter} starts them and {@code /proc} shows them. */
public final class OsProcesses implements Processes, AutoCloseable {

    /** How a shim ends that somebody killed, as far as its own exit code says. */
    private static final int KILLED = 137;

    private final ProcessTable table;

    private final Signals signals = new Signals();

    private final Starter starter = new Starter();

    private final String test = Programs.require("test");

    private final EndWatch watch = new EndWatch();

    /**
     * @throws IOException when {@code /proc} cannot be read
     * @throws IllegalStateException when a program of the system is missing
     */
    public OsProcesses() throws IOException {
        this.table = new ProcessTable(Path.of("/proc"));
    }

    @Override
    public RunningProcess start(Launch launch) throws IOException {
        Starter.Started begun = this.starter.start(launch);
        // One that ended already has no start time; no other process will ever match it.
        long startTicks = this.table.stat(begun.pid()).map(ProcStat::startTicks).orElse(-1L);
        ProcessIdentity.Started started = new ProcessIdentity.Started(begun.pid(), startTicks, this.table.bootId());
        OsProcess process = new OsProcess(started, launch.token(), true, this.table, this.signals);
        begun.child().onExit().thenAccept((ended) -> {
            if (begun.shim()) {
                launch.exitRecord().ifPresent((record) -> shimEnded(process, record, ended.exitValue()));
            }
            else {
                process.ended(OptionalInt.of(ended.exitValue()));
            }
        });
        return process;
    }

    private void shimEnded(OsProcess process, Path record, int code) {
        OptionalInt written = ExitRecord.read(record, process.token());
        if (written.isPresent()) {
            process.ended(written);
        }
        else if (code != KILLED && !process.leaderRuns()) {
            // The disk did not take it.
            process.ended(OptionalInt.of(code));
        }
        else {
            // The shim was killed, and not the process, or not before it.
            this.watch.add(process, record);
        }
    }

    /** Its leader may be long gone, and its number be the group of someone else's. */
    private OsProcess earlier(ProcessIdentity.Started started, String token, Path home) {
        boolean leaderIsThere = this.table.stat(started.pid())
            .filter((leader) -> leader.startTicks() == started.startTicks())
            .isPresent();
        // A server that shows what it does in its title has written that over its
        // environment, token and all.
        boolean groupIsOurs = leaderIsThere || !this.table.living(
                (other) -> other.stat().group() == started.pid() && (other.carries(token) || other.isAtHomeIn(home)))
            .isEmpty();
        return new OsProcess(started, token, groupIsOurs, this.table, this.signals);
    }

    @Override
    public Optional<RunningProcess> find(ProcessIdentity identity, Path exitRecord) {
        ProcessIdentity.Started started = identity.started();
        Optional<OsProcess> found = (started != null) ? stillThere(started, identity.token(), exitRecord)
                : byToken(identity.token(), exitRecord);
        found.ifPresent((process) -> this.watch.add(process, exitRecord));
        return found.map((process) -> process);
    }

    private Optional<OsProcess> stillThere(ProcessIdentity.Started started, String token, Path exitRecord) {
        if (!started.bootId().equals(this.table.bootId())) {
            return Optional.empty();
        }
        OsProcess process = earlier(started, token, exitRecord.getParent());
        return process.gone() ? Optional.empty() : Optional.of(process);
    }

    private Optional<OsProcess> byToken(String token, Path exitRecord) {
        return this.table.living((other) -> other.carries(token))
            .stream()
            .map(ProcessTable.Seen::stat)
            .min(Comparator.comparingLong(ProcStat::startTicks).thenComparingLong(ProcStat::pid))
            .map((oldest) -> earlier(leaderOf(oldest), token, exitRecord.getParent()));
    }

    @Override
    public Optional<ProcessIdentity> writerOf(Path output) {
        return this.table.living((other) -> other.writesTo(output) && !other.token().isEmpty())
            .stream()
            .min(Comparator.comparingLong((other) -> other.stat().startTicks()))
            .map((oldest) -> new ProcessIdentity(oldest.token(), null));
    }

    /** Of those who carry a token, the oldest is the leader or was its child. */
    private ProcessIdentity.Started leaderOf(ProcStat oldest) {
        Optional<ProcStat> sessionLeader = this.table.stat(oldest.session());
        // One that lives without the token is the shim: it has not come as far as setsid.
        boolean leaderIsGone = sessionLeader.isEmpty();
        return new ProcessIdentity.Started(leaderIsGone ? oldest.session() : oldest.pid(),
                leaderIsGone ? -1 : oldest.startTicks(), this.table.bootId());
    }

    @Override
    public OptionalInt exitOf(ProcessIdentity identity, Path exitRecord) {
        return ExitRecord.read(exitRecord, identity.token());
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
        List<String> command = new ArrayList<>(Starter.switchTo(account));
        command.addAll(List.of(this.test, "-x", path.toString()));
        return Programs.run(command).code() == 0;
    }

    @Override
    public Lease lease(Path file) {
        return new LeaseFile(file, MachineClock::uptime);
    }

    /** Ends the watch; processes are left alone. */
    @Override
    public void close() {
        this.watch.close();
    }

}
