package dev.muster.process;

import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.muster.service.ProcessIdentity;
import dev.muster.service.RunningProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process group that we started, or that an earlier run of this node did. */
final class OsProcess implements RunningProcess {

    private static final Logger log = LoggerFactory.getLogger(OsProcess.class);

    private final ProcessIdentity.Started started;

    private final ProcessTable table;

    private final Signals signals;

    private final CompletableFuture<OptionalInt> exit;

    OsProcess(ProcessIdentity.Started started, ProcessTable table, Signals signals,
            CompletableFuture<OptionalInt> exit) {
        this.started = started;
        this.table = table;
        this.signals = signals;
        this.exit = exit;
    }

    @Override
    public ProcessIdentity.Started started() {
        return this.started;
    }

    @Override
    public void signal(String signal) {
        switch (look()) {
            case LEADER_AND_GROUP, GROUP_ONLY -> this.signals.toGroup(pid(), signal);
            // It has not come as far as setsid yet: there is no group of this number.
            case LEADER_ONLY -> this.signals.toProcess(pid(), signal);
            case NOTHING -> log.debug("Signal withheld, the process group is gone: pid={} signal={}", pid(), signal);
        }
    }

    @Override
    public boolean gone() {
        return look() == Left.NOTHING;
    }

    /** Whether the process itself, its children aside, runs. */
    boolean leaderRuns() {
        Left left = look(false);
        return left == Left.LEADER_AND_GROUP || left == Left.LEADER_ONLY;
    }

    @Override
    public void onExit(Consumer<OptionalInt> listener) {
        this.exit.thenAccept(listener);
    }

    /** Known from outside that it ended, without a code. */
    void ended() {
        this.exit.complete(OptionalInt.empty());
    }

    private Left look() {
        return look(true);
    }

    private Left look(boolean scan) {
        ProcStat leader = this.table.stat(pid()).orElse(null);
        if (leader != null && leader.startTicks() != this.started.startTicks()) {
            // The system gives a number away again only when no process and no group has
            // it.
            return Left.NOTHING;
        }
        if (leader != null && leader.alive()) {
            return (leader.group() == pid()) ? Left.LEADER_AND_GROUP : Left.LEADER_ONLY;
        }
        return (scan && !this.table.living(this::inGroup).isEmpty()) ? Left.GROUP_ONLY : Left.NOTHING;
    }

    private boolean inGroup(ProcStat other) {
        return other.group() == pid() && other.session() == pid() && other.startTicks() >= this.started.startTicks();
    }

    private enum Left {

        LEADER_AND_GROUP, LEADER_ONLY, GROUP_ONLY, NOTHING

    }

}
