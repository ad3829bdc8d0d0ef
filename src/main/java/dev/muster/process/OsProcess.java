package dev.muster.process;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.muster.service.ProcessIdentity;
import dev.muster.service.RunningProcess;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that we started, or that an earlier run of this node did: its leader, the
 * rest of its group, and whoever left the group but carries its token.
 */
final class OsProcess implements RunningProcess {

    private static final Logger log = LoggerFactory.getLogger(OsProcess.class);

    /** A group that forks faster than we kill is met again by the next KILL. */
    private static final int MOST_ROUNDS = 10;

    private final ProcessIdentity.Started started;

    private final String token;

    private final boolean groupIsOurs;

    private final ProcessTable table;

    private final Signals signals;

    private final CompletableFuture<OptionalInt> exit = new CompletableFuture<>();

    /**
     * @param groupIsOurs whether the process group of that number is known to be the one
     * that was started; otherwise only those count that carry the token
     */
    OsProcess(ProcessIdentity.Started started, String token, boolean groupIsOurs, ProcessTable table, Signals signals) {
        this.started = started;
        this.token = token;
        this.groupIsOurs = groupIsOurs;
        this.table = table;
        this.signals = signals;
    }

    @Override
    public ProcessIdentity.Started started() {
        return this.started;
    }

    String token() {
        return this.token;
    }

    @Override
    public void signal(String signal) {
        Set<Long> reached = new HashSet<>(targets());
        if (reached.isEmpty()) {
            log.debug("Signal withheld, nobody is left: pid={} signal={}", pid(), signal);
        }
        this.signals.send(signal, reached);
        if (signal.equals("KILL")) {
            killWhoWasBornMeanwhile(reached);
        }
    }

    private void killWhoWasBornMeanwhile(Set<Long> reached) {
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<Long> others = targets();
            others.removeIf((target) -> !reached.add(target));
            if (others.isEmpty()) {
                return;
            }
            this.signals.send("KILL", others);
        }
    }

    /** As kill(2) takes them: a negative number is a group. */
    private List<Long> targets() {
        ProcStat leader = leader();
        List<Long> targets = new ArrayList<>();
        boolean group = false;
        for (ProcessTable.Seen each : everyone(leader)) {
            if (each.stat().group() == pid()) {
                group = true;
            }
            else {
                // Also a leader that has not come as far as setsid yet.
                targets.add(each.stat().pid());
            }
        }
        if (group) {
            targets.add(-pid());
        }
        return targets;
    }

    @Override
    public boolean gone() {
        ProcStat leader = leader();
        if (leader != null && isOurs(leader) && leader.alive()) {
            return false;
        }
        return everyone(leader).isEmpty();
    }

    /** Whether the process itself, its children aside, runs. */
    boolean leaderRuns() {
        ProcStat leader = leader();
        return leader != null && isOurs(leader) && leader.alive();
    }

    @Override
    public void onExit(Consumer<OptionalInt> listener) {
        this.exit.thenAccept(listener);
    }

    void ended(OptionalInt code) {
        this.exit.complete(code);
    }

    private List<ProcessTable.Seen> everyone(@Nullable ProcStat leader) {
        // The system gives a number away again only when no process and no group has it:
        // then only those are left that went away from it.
        boolean numberIsOurs = (leader != null) ? isOurs(leader) : this.groupIsOurs;
        return this.table.living((other) -> other.stat().startTicks() >= this.started.startTicks()
                && ((numberIsOurs && isMember(other.stat())) || other.carries(this.token)));
    }

    private boolean isMember(ProcStat other) {
        return other.pid() == pid() || (other.group() == pid() && other.session() == pid());
    }

    private boolean isOurs(ProcStat leader) {
        return leader.startTicks() == this.started.startTicks();
    }

    private @Nullable ProcStat leader() {
        return this.table.stat(pid()).orElse(null);
    }

}
