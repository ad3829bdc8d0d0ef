package dev.muster.service;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Consumer;

import dev.muster.loop.Loop;
import dev.muster.service.Preparation.Prepared;
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

    private static final Duration INIT_TIMEOUT = Duration.ofHours(1);

    private static final Duration RECONFIGURE_TIMEOUT = Duration.ofSeconds(60);

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final Surroundings around;

    private final Loop loop;

    private final ServiceDirectory directory;

    private final Preparation preparation;

    private final ServiceProcess process;

    private final Memory memory;

    private final Runnable ready;

    private final Runnable report;

    private ProcessState state = ProcessState.DOWN;

    private Instant since;

    private Duration upSince = Duration.ZERO;

    private ProcessState afterStop = ProcessState.DOWN;

    private Failures failures = Failures.NONE;

    /** Written on the loop; those that hear its output read the group's name from it. */
    private volatile Order order;

    private @Nullable Prepared prepared;

    /**
     * What a restart is about to start: rendered and in its place, while the old process
     * ends.
     */
    private @Nullable Prepared successor;

    private @Nullable HookRun hook;

    private boolean cancelled;

    private Optional<Exit> lastExit = Optional.empty();

    private OptionalLong oldPid = OptionalLong.empty();

    private String startReason = "";

    private Loop.Timer backoff = NO_TIMER;

    private Loop.Timer settle = NO_TIMER;

    /**
     * @param ready something ended, and the next order can be given; never called within
     * one
     * @param report something that a status shows is different, and more will follow
     */
    ServiceRun(Surroundings around, Loop loop, Order order, Runnable ready, Runnable report) {
        this.around = around;
        this.loop = loop;
        this.order = order;
        this.directory = new ServiceDirectory(around.root(), order.spec().name());
        this.preparation = new Preparation(around, this.directory);
        this.memory = new Memory(this.directory);
        this.process = new ServiceProcess(around, loop, this.directory, () -> this.order.group(), this::exited);
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

    /** A hook runs, so no other order can be given. */
    boolean busy() {
        return this.hook != null;
    }

    Progress progress() {
        return this.memory.progress();
    }

    Failures failures() {
        return this.failures;
    }

    OptionalLong pid() {
        return this.process.pid();
    }

    Optional<Prepared> prepared() {
        return Optional.ofNullable(this.prepared);
    }

    Optional<Exit> lastExit() {
        return this.lastExit;
    }

    /** Looks for a process that an earlier run of the node left. */
    void takeBack(Order given) {
        RunState known = this.memory.state();
        if (known.process().isEmpty()) {
            return;
        }
        Optional<ProcessIdentity> found = this.process.takeBack(known.process().get());
        if (found.isEmpty()) {
            this.oldPid = known.process().get().pid();
            this.startReason = "ended while the node was away";
            this.memory.keep(this.memory.state().stopped());
            return;
        }
        become(ProcessState.UP);
        this.order = given;
        this.since = known.since().orElse(this.since);
        log.info("Service taken back: group={} pid={}", given.group(), pid().orElse(0));
        try {
            this.prepared = this.preparation.recall(known.ident().orElse(given.spec().ident()), given);
        }
        catch (StartException ex) {
            log.warn("Package of a running service cannot be used: group={} reason={}", given.group(), ex.getMessage());
        }
        this.memory
            .keep(known.running(found.get(), this.since, known.ident().orElse(given.spec().ident()), known.taken()));
        advance(progress());
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
        try {
            Prepared fresh = (waiting != null) ? waiting
                    : this.preparation.prepare(given, this.memory.state().taken().keySet());
            this.prepared = fresh;
            advance(progress().at(Rung.RENDERED, this.startReason));
            this.report.run();
            if (fresh.rendering().hasHook("init")) {
                this.hook = runHook("init", fresh, INIT_TIMEOUT, (result) -> initialised(result, fresh));
            }
            else {
                launch(fresh);
            }
        }
        catch (StartException ex) {
            failed(ex.getMessage());
        }
    }

    /** Ends a start whose {@code init} hook still runs. */
    void cancelStart() {
        this.cancelled = true;
        if (this.hook != null) {
            this.hook.stop("init hook was stopped");
        }
    }

    private HookRun runHook(String name, Prepared from, Duration timeout, Consumer<HookRun.Result> done)
            throws StartException {
        try {
            Launch launch = this.process.launch(name, from.pack(), from.runAs());
            return HookRun.start(this.around, this.loop, this.order.group(), name, launch, timeout, done);
        }
        catch (IOException ex) {
            throw new StartException(name + " hook cannot be started: " + ex.getMessage());
        }
    }

    private void initialised(HookRun.Result result, Prepared fresh) {
        this.hook = null;
        if (this.cancelled) {
            become(ProcessState.STOPPING);
            become(ProcessState.DOWN);
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
        Launch launch = this.process.launch("run", fresh.pack(), fresh.runAs());
        SortedMap<String, String> files = fresh.rendering().hashes();
        Instant start = this.loop.clock().instant();
        try {
            // A node that dies between the next two steps finds the process by its token.
            this.memory.keepSafely(this.memory.state()
                .running(new ProcessIdentity(launch.token(), null), start, fresh.pack().ident(), files));
            ProcessIdentity identity = this.process.start(launch);
            this.memory.keep(this.memory.state().running(identity, start, fresh.pack().ident(), files));
        }
        catch (IOException ex) {
            this.memory.keep(this.memory.state().stopped());
            throw new StartException("cannot be started: " + ex.getMessage());
        }
        become(ProcessState.UP);
        long pid = pid().orElseThrow();
        if (this.oldPid.isPresent()) {
            log.info("Service restarted: group={} oldPid={} newPid={} reason={}", this.order.group(),
                    this.oldPid.getAsLong(), pid, this.startReason);
        }
        else {
            log.info("Service started: group={} pid={}", this.order.group(), pid);
        }
        advance(progress().at(Rung.RESTARTED, this.startReason));
        this.oldPid = OptionalLong.empty();
        this.startReason = "";
    }

    /** Renders for the process that runs, and does what the outcome asks for. */
    void render(Order given) {
        this.order = given;
        SortedMap<String, String> taken = this.memory.state().taken();
        try {
            Prepared running = this.prepared;
            Prepared fresh = (running == null) ? this.preparation.prepare(given, taken.keySet())
                    : this.preparation.again(running, given, taken.keySet());
            this.prepared = fresh;
            react(Reaction.decide(taken, fresh.rendering().hashes()), fresh);
        }
        catch (StartException ex) {
            log.warn("Change not taken, the process goes on as before: group={} reason={}", given.group(),
                    ex.getMessage());
            advance(progress().at(Rung.FAILED, ex.getMessage()));
        }
    }

    private void react(Reaction reaction, Prepared fresh) throws StartException {
        switch (reaction.kind()) {
            case NOTHING -> take(fresh, progress().unchanged());
            case RECONFIGURE -> {
                advance(progress().at(Rung.RENDERED, reaction.reason()));
                this.hook = runHook("reconfigure", fresh, RECONFIGURE_TIMEOUT, (result) -> reconfigured(result, fresh));
            }
            case RESTART -> {
                advance(progress().at(Rung.RENDERED, reaction.reason()));
                this.successor = fresh;
                restart(reaction.reason());
            }
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
        this.memory.keep(this.memory.state().taking(fresh.rendering().hashes()));
        advance(next);
    }

    /** Stops the process in order to start it again, for this reason. */
    void restart(String reason) {
        this.failures = this.failures.forgiven();
        this.oldPid = pid();
        this.startReason = reason;
        end(ProcessState.DOWN, Optional.empty());
    }

    /**
     * @param timeout what the command says about the grace, if anything
     */
    void stop(Optional<Duration> timeout) {
        log.info("Service stopping: group={} pid={}", this.order.group(), pid().orElse(0));
        this.failures = this.failures.forgiven();
        end(ProcessState.DOWN, timeout);
    }

    /**
     * It is not to run. What comes later is a new start, not the second half of this one.
     */
    void rest() {
        this.successor = null;
        this.oldPid = OptionalLong.empty();
        this.startReason = "";
        advance(progress().at(Rung.STOPPED, ""));
    }

    /** Another grace for the stop under way. */
    void stopWithin(Duration grace) {
        this.process.stopWithin(grace);
    }

    private void exited(Exit exit) {
        this.lastExit = Optional.of(exit);
        if (this.state != ProcessState.UP) {
            this.process.lookAgain();
            return;
        }
        this.failures = this.failures.another(this.loop.uptime().minus(this.upSince));
        log.warn("Service ended on its own: group={} pid={} exit={} failures={}", this.order.group(), exit.pid(), exit,
                this.failures.inARow());
        advance(progress().at(Rung.FAILED, exit.toString()));
        this.oldPid = OptionalLong.of(exit.pid());
        this.startReason = exit.toString();
        end(ProcessState.BACKOFF, Optional.empty());
    }

    private void end(ProcessState next, Optional<Duration> timeout) {
        become(ProcessState.STOPPING);
        unsettle();
        this.afterStop = next;
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
        become(this.afterStop);
        if (this.state == ProcessState.BACKOFF) {
            startLater();
        }
        this.ready.run();
    }

    private void failed(String reason) {
        this.failures = this.failures.another(Duration.ZERO);
        log.warn("Service not started: group={} reason={} failures={}", this.order.group(), reason,
                this.failures.inARow());
        advance(progress().at(Rung.FAILED, reason));
        become(ProcessState.BACKOFF);
        startLater();
    }

    private void startLater() {
        this.backoff = this.loop.after(this.failures.delay(this.around.random()), () -> {
            endBackoff();
            this.ready.run();
        });
    }

    /** There is a reason to wait no longer. */
    void endBackoff() {
        this.backoff.cancel();
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

    /** Takes a rung, remembers it, and lets time do the last step. */
    void advance(Progress next) {
        if (next.equals(progress()) && this.settle != NO_TIMER) {
            return;
        }
        unsettle();
        this.memory.keep(this.memory.state().at(next));
        if (next.rung().settles() && this.state == ProcessState.UP) {
            this.settle = this.loop.after(this.around.settle(), () -> {
                unsettle();
                advance(progress().at(Rung.HEALTHY));
                this.report.run();
            });
        }
    }

    private void unsettle() {
        this.settle.cancel();
        this.settle = NO_TIMER;
    }

    /** Leaves everything as it is and hears of nothing any longer. */
    void abandon() {
        if (this.hook != null) {
            this.hook.abandon();
        }
        this.process.abandon();
        this.backoff.cancel();
        unsettle();
    }

}
