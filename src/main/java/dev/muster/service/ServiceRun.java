package dev.muster.service;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service as it is: its files, its process, how far it has come. It does one thing at a
 * time, when {@link Service} tells it to, and says when it is ready for the next. Lives
 * on the service's loop.
 */
final class ServiceRun {

    private static final Logger log = LoggerFactory.getLogger(ServiceRun.class);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(8);

    private final Loop loop;

    private final Preparation preparation;

    private final ServiceProcess process;

    private final Memory memory;

    private final Hooks hooks;

    private final Placement placement;

    private final HealthWatch health;

    private final PostRun postRun;

    private final Milestones milestones;

    private final Restarts restarts;

    private final Runnable ready;

    private final Runnable report;

    private ProcessState state = ProcessState.DOWN;

    private Instant since;

    private Duration upSince = Duration.ZERO;

    private ProcessState afterStop = ProcessState.DOWN;

    /** Written on the loop; those that hear its output read the group's name from it. */
    private volatile Order order;

    private @Nullable Prepared prepared;

    /**
     * What a restart is about to start: rendered and in its place, while the old process
     * ends.
     */
    private @Nullable Prepared successor;

    /** The {@code init} or {@code reconfigure} hook. */
    private @Nullable HookRun hook;

    /** The {@code post-stop} hook. */
    private @Nullable HookRun cleanUp;

    private boolean cancelled;

    /**
     * @param ready something ended, and the next order can be given; never called within
     * one
     * @param report something that a status shows is different, and more will follow
     */
    ServiceRun(Surroundings around, Loop loop, Order order, Runnable ready, Runnable report) {
        this.loop = loop;
        this.order = order;
        ServiceDirectory directory = new ServiceDirectory(around.root(), order.spec().name());
        this.preparation = new Preparation(around, directory);
        this.memory = new Memory(directory);
        this.process = new ServiceProcess(around, loop, directory, () -> this.order.group(), this::exited);
        this.hooks = new Hooks(around, loop, directory, () -> this.order);
        this.placement = new Placement(directory, this.hooks, ready);
        this.health = new HealthWatch(loop, this.hooks, around.random(), () -> this.order.spec().healthCheckInterval(),
                this::healthAnswered);
        this.postRun = new PostRun(around, loop, this.hooks,
                () -> this.memory.keep(this.memory.state().paid(Hook.POST_RUN)));
        this.milestones = new Milestones(loop, this.memory, this.health, around.settle(), report);
        this.restarts = new Restarts(around, loop);
        this.ready = ready;
        this.report = report;
        this.since = loop.clock().instant();
    }

    ProcessState state() {
        return this.state;
    }

    Instant since() {
        return this.since;
    }

    /** By what the process that runs was started, or last rendered. */
    Order order() {
        return this.order;
    }

    /** A hook runs that has to end first, so no other order can be given. */
    boolean busy() {
        return this.hook != null || this.cleanUp != null || this.placement.busy();
    }

    Milestones milestones() {
        return this.milestones;
    }

    Restarts restarts() {
        return this.restarts;
    }

    HealthReport health() {
        return this.health.report();
    }

    OptionalLong pid() {
        return this.process.pid();
    }

    Optional<Prepared> prepared() {
        return Optional.ofNullable(this.prepared);
    }

    private Progress progress() {
        return this.milestones.progress();
    }

    /** Looks for a process that an earlier run of the node left. */
    void takeBack(Order given) {
        RunState known = this.memory.state();
        this.order = given;
        if (known.process().isPresent() || known.owed().contains(Hook.POST_STOP)) {
            recall(known, given);
        }
        Optional<ProcessIdentity> found = known.process().flatMap(this.process::takeBack);
        if (found.isPresent()) {
            takenBack(known, found.get());
            return;
        }
        known.process().ifPresent((identity) -> {
            OptionalInt code = this.process.exitOf(identity);
            Exit exit = new Exit(identity.pid().orElse(0), code, this.loop.clock().instant());
            this.restarts.exited(exit);
            this.restarts.replaces(identity.pid(), exit + " while the node was away");
        });
        this.memory.keep(known.stopped());
        if (known.owed().contains(Hook.POST_STOP)) {
            become(ProcessState.STOPPING);
            cleanUp(ProcessState.DOWN);
        }
    }

    private void recall(RunState known, Order given) {
        try {
            this.prepared = this.preparation.recall(known.ident().orElse(given.spec().ident()), given);
        }
        catch (StartException ex) {
            log.warn("Package of a service that was started before cannot be used: group={} reason={}", given.group(),
                    ex.getMessage());
        }
    }

    private void takenBack(RunState known, ProcessIdentity identity) {
        become(ProcessState.UP);
        this.since = known.since().orElse(this.since);
        log.info("Service taken back: group={} pid={}", this.order.group(), pid().orElse(0));
        this.memory.keep(known.running(identity));
        prepared().ifPresent((running) -> {
            this.milestones.settle(progress(), running.has(Hook.HEALTH_CHECK));
            this.health.begin(running);
            if (known.owed().contains(Hook.POST_RUN)) {
                this.postRun.begin(running);
            }
        });
    }

    /**
     * @param changed whether templates may come out differently than at the last order
     */
    void start(Order given, boolean changed) {
        become(ProcessState.STARTING);
        Prepared waiting = (changed || !given.equals(this.order)) ? null : this.successor;
        this.successor = null;
        this.order = given;
        this.cancelled = false;
        if (waiting != null) {
            placed(waiting, Optional.empty());
            return;
        }
        try {
            Prepared fresh = this.preparation.prepare(given);
            this.placement.place(fresh, this.memory.state().taken().keySet(), true,
                    (refused) -> placed(fresh, refused));
        }
        catch (StartException ex) {
            failed(ex.getMessage());
        }
    }

    private void placed(Prepared fresh, Optional<String> refused) {
        if (this.cancelled) {
            notStarted();
            return;
        }
        try {
            if (refused.isPresent()) {
                throw new StartException(refused.get());
            }
            this.prepared = fresh;
            this.preparation.checkWay(fresh);
            this.milestones.take(progress().at(Rung.RENDERED, this.restarts.reason()));
            this.report.run();
            if (fresh.has(Hook.INIT)) {
                this.hook = this.hooks.start(Hook.INIT, fresh, (result) -> initialised(result, fresh));
            }
            else {
                launch(fresh);
            }
        }
        catch (StartException ex) {
            failed(ex.getMessage());
        }
    }

    private void notStarted() {
        become(ProcessState.STOPPING);
        become(ProcessState.DOWN);
    }

    /** Ends a start that waits for a hook. */
    void cancelStart() {
        this.cancelled = true;
        this.placement.cancel("check hook was stopped");
        if (this.hook != null) {
            this.hook.stop("init hook was stopped");
        }
    }

    private void initialised(HookRun.Result result, Prepared fresh) {
        this.hook = null;
        if (this.cancelled) {
            notStarted();
        }
        else if (!result.ok()) {
            failed(result.text());
        }
        else {
            try {
                launch(fresh);
            }
            catch (StartException ex) {
                failed(ex.getMessage());
            }
        }
        this.ready.run();
    }

    private void launch(Prepared fresh) throws StartException {
        Launch launch = this.hooks.launch(Hook.RUN, fresh);
        SortedMap<String, String> files = fresh.rendering().hashes();
        try {
            // A node that dies between the next two steps finds the process by its token.
            this.memory.keepSafely(this.memory.state()
                .starting(new ProcessIdentity(launch.token(), null), this.loop.clock().instant(), fresh.pack().ident(),
                        files));
            this.memory.keep(this.memory.state().running(this.process.start(launch)));
        }
        catch (IOException ex) {
            this.memory.keep(this.memory.state().stopped().paid(Hook.POST_STOP).paid(Hook.POST_RUN));
            throw new StartException("cannot be started: " + ex.getMessage());
        }
        become(ProcessState.UP);
        String reason = this.restarts.reason();
        this.restarts.started(this.order.group(), pid().orElseThrow());
        this.milestones.settle(progress().at(Rung.RESTARTED, reason), fresh.has(Hook.HEALTH_CHECK));
        this.health.begin(fresh);
        this.postRun.begin(fresh);
    }

    /** Renders for the process that runs, and does what the outcome asks for. */
    void render(Order given) {
        this.order = given;
        SortedMap<String, String> taken = this.memory.state().taken();
        try {
            Prepared running = this.prepared;
            Prepared fresh = (running == null) ? this.preparation.prepare(given)
                    : this.preparation.again(running, given);
            Reaction reaction = Reaction.decide(taken, fresh.rendering().hashes());
            this.placement.place(fresh, taken.keySet(), reaction.kind() != Reaction.Kind.NOTHING,
                    (refused) -> placed(reaction, fresh, refused));
        }
        catch (StartException ex) {
            notTaken(ex.getMessage());
        }
    }

    private void notTaken(String reason) {
        log.warn("Change not taken, the process goes on as before: group={} reason={}", this.order.group(), reason);
        this.milestones.take(progress().at(Rung.FAILED, reason));
    }

    private void placed(Reaction reaction, Prepared fresh, Optional<String> refused) {
        if (this.state != ProcessState.UP) {
            // It ended meanwhile: the next start renders anew.
            return;
        }
        if (refused.isPresent()) {
            notTaken(refused.get());
            return;
        }
        this.prepared = fresh;
        switch (reaction.kind()) {
            case NOTHING -> take(fresh, progress().unchanged());
            case RECONFIGURE -> {
                log.info("Service reconfigured: group={} reason={}", this.order.group(), reaction.reason());
                this.milestones.take(progress().at(Rung.RENDERED, reaction.reason()));
                reconfigure(fresh);
            }
            case RESTART -> {
                this.milestones.take(progress().at(Rung.RENDERED, reaction.reason()));
                this.successor = fresh;
                restart(reaction.reason());
            }
        }
    }

    private void reconfigure(Prepared fresh) {
        try {
            this.hook = this.hooks.start(Hook.RECONFIGURE, fresh, (result) -> reconfigured(result, fresh));
        }
        catch (StartException ex) {
            notTaken(ex.getMessage());
        }
    }

    private void reconfigured(HookRun.Result result, Prepared fresh) {
        this.hook = null;
        if (this.state == ProcessState.UP) {
            take(fresh, result.ok() ? progress().at(Rung.RECONFIGURED) : progress().at(Rung.FAILED, result.text()));
        }
        this.ready.run();
    }

    /** The process runs with these files from now on. */
    private void take(Prepared fresh, Progress next) {
        boolean sameCheck = fresh.rendering().sameHook(Hook.HEALTH_CHECK, this.memory.state().taken());
        this.memory.keep(this.memory.state().taking(fresh.rendering().hashes()));
        boolean asks = this.milestones.settle(next, fresh.has(Hook.HEALTH_CHECK));
        if (asks || !sameCheck) {
            this.health.changedTo(fresh);
        }
    }

    private void healthAnswered() {
        this.milestones.answered();
        this.report.run();
    }

    /** Stops the process in order to start it again, for this reason. */
    void restart(String reason) {
        this.restarts.forgive();
        this.restarts.replaces(pid(), reason);
        end(ProcessState.DOWN, Optional.empty());
    }

    /**
     * @param timeout what the command says about the grace, if anything
     */
    void stop(Optional<Duration> timeout) {
        log.info("Service stopping: group={} pid={}", this.order.group(), pid().orElse(0));
        this.restarts.forgive();
        end(ProcessState.DOWN, timeout);
    }

    /**
     * It is not to run. What comes later is a new start, not the second half of this one.
     */
    void rest() {
        this.successor = null;
        this.restarts.forget();
        this.health.end(Health.UNKNOWN, "");
        this.milestones.take(progress().at(Rung.STOPPED, ""));
    }

    /** Another grace for the stop under way. */
    void stopWithin(Duration grace) {
        this.process.stopWithin(grace);
    }

    private void exited(Exit exit) {
        this.restarts.exited(exit);
        if (this.state != ProcessState.UP) {
            this.process.lookAgain();
            return;
        }
        this.restarts.failed(this.order.group(), exit, this.loop.uptime().minus(this.upSince));
        this.milestones.take(progress().at(Rung.FAILED, exit.toString()));
        end(ProcessState.BACKOFF, Optional.empty());
    }

    private void end(ProcessState next, Optional<Duration> timeout) {
        become(ProcessState.STOPPING);
        this.milestones.unsettle();
        boolean failed = next == ProcessState.BACKOFF;
        this.health.end(failed ? Health.CRITICAL : Health.UNKNOWN, failed ? progress().reason() : "");
        this.postRun.end();
        this.memory.keep(this.memory.state().paid(Hook.POST_RUN));
        this.afterStop = next;
        this.placement.cancel("check hook was stopped with its service");
        if (this.hook != null) {
            this.hook.stop("reconfigure hook was stopped with its service");
        }
        this.report.run();
        Optional<Prepared> running = prepared();
        String signal = running.map((known) -> known.pack().shutdownSignal()).orElse("TERM");
        Duration grace = timeout.or(this.order.spec()::shutdownTimeout)
            .or(() -> running.flatMap((known) -> known.pack().shutdownTimeout()))
            .orElse(DEFAULT_GRACE);
        // Gone at once or later: either way the next order is another task.
        this.process.stop(signal, grace, () -> this.loop.execute(this::gone));
    }

    private void gone() {
        this.memory.keep(this.memory.state().stopped());
        cleanUp(this.afterStop);
        this.ready.run();
    }

    /** The last thing that a process is owed, before anything else is done. */
    private void cleanUp(ProcessState next) {
        Prepared last = this.prepared;
        if (last != null && last.has(Hook.POST_STOP)) {
            try {
                this.cleanUp = this.hooks.start(Hook.POST_STOP, last, (result) -> {
                    this.cleanUp = null;
                    cleanedUp(next);
                    this.ready.run();
                });
                return;
            }
            catch (StartException ex) {
                log.warn("Hook not run: group={} reason={}", this.order.group(), ex.getMessage());
            }
        }
        cleanedUp(next);
    }

    private void cleanedUp(ProcessState next) {
        this.memory.keep(this.memory.state().paid(Hook.POST_STOP));
        become(next);
        if (next == ProcessState.BACKOFF) {
            startLater();
        }
    }

    private void failed(String reason) {
        this.restarts.failedToStart(this.order.group(), reason);
        this.milestones.take(progress().at(Rung.FAILED, reason));
        this.health.end(Health.CRITICAL, reason);
        become(ProcessState.BACKOFF);
        startLater();
    }

    private void startLater() {
        this.restarts.await(() -> {
            endBackoff();
            this.ready.run();
        });
    }

    /** There is a reason to wait no longer. */
    void endBackoff() {
        this.restarts.endWait();
        become(ProcessState.DOWN);
    }

    private void become(ProcessState next) {
        if (!this.state.mayBecome(next)) {
            throw new IllegalStateException("A service that is " + this.state + " does not become " + next);
        }
        this.state = next;
        this.since = this.loop.clock().instant();
        if (next == ProcessState.UP) {
            this.upSince = this.loop.uptime();
        }
    }

    /** Leaves everything as it is and hears of nothing any longer. */
    void abandon() {
        if (this.hook != null) {
            this.hook.abandon();
        }
        if (this.cleanUp != null) {
            this.cleanUp.abandon();
        }
        this.placement.abandon();
        this.health.abandon();
        this.postRun.abandon();
        this.process.abandon();
        this.restarts.endWait();
        this.milestones.unsettle();
    }

}
