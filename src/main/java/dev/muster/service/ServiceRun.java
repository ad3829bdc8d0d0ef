package dev.muster.service;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

import dev.muster.loop.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service as it is: its files, its process, how far it has come. It does one thing at a
 * time, when {@link Service} tells it to, and says when it is ready for the next. Lives
 * on the service's loop.
 */
final class ServiceRun {

    private static final Logger log = LoggerFactory.getLogger(ServiceRun.class);

    private final ServiceParts parts;

    private final ServiceLog lines;

    private final ServiceProcess process;

    private final Starting starting;

    private final Changing changing;

    private final Halting halting;

    private final LeftHooks left;

    private final SuitabilityWatch suitability;

    private final Supplier<Optional<ProcessIdentity>> lostProcess;

    /**
     * @param ready something ended, and the next order can be given; never called within
     * one
     * @param report something that a status shows is different, and more will follow
     */
    ServiceRun(Surroundings around, Loop loop, Order order, Runnable ready, Runnable report) {
        ServiceDirectory directory = new ServiceDirectory(around.root(), order.spec().name());
        Standing standing = new Standing(loop, order);
        Memory memory = new Memory(directory);
        this.lines = new ServiceLog(around.output(), around.logFiles().lineLog(directory.log("service")),
                standing::group, loop.clock());
        Hooks hooks = new Hooks(around, loop, directory, this.lines, standing::order);
        HealthWatch health = new HealthWatch(loop, hooks, around.random(),
                () -> standing.order().spec().healthCheckInterval(), this::healthAnswered);
        PostRun postRun = new PostRun(around, loop, hooks, () -> memory.keep(memory.state().paid(Hook.POST_RUN)));
        this.parts = new ServiceParts(loop, standing, memory, new Preparation(around, directory),
                new Placement(directory, new PlacedFiles(loop, directory, around.accounts()), hooks, ready), hooks,
                health, postRun, new Milestones(loop, memory, health, standing::order, around.settle(), report),
                new Restarts(around, loop), around.installs(), fencing(around, directory, standing), ready, report);
        this.suitability = new SuitabilityWatch(loop, hooks, report);
        this.process = new ServiceProcess(around, loop, directory, this.lines, this::exited);
        this.left = new LeftHooks(around, loop, directory);
        this.lostProcess = () -> around.processes().writerOf(directory.log("stdout"));
        this.changing = new Changing(this.parts, this::restartWith, this::restart);
        this.starting = new Starting(this.parts, this.process, this.changing::notTaken);
        this.halting = new Halting(this.parts, this.process, this.starting::startLater);
    }

    private static Fencing fencing(Surroundings around, ServiceDirectory directory, Standing standing) {
        return new Fencing(around.processes().lease(directory.lease()),
                () -> around.context().leaseLeft(standing.group()), standing::group, around.context()::released);
    }

    Fencing fencing() {
        return this.parts.fencing();
    }

    /** What its hook says of how suitable it is to lead. */
    long suitability() {
        return this.suitability.latest();
    }

    /** To be called when the process may be another. */
    void askSuitability() {
        if (this.parts.standing().up() && order().spec().topology() == Topology.LEADER) {
            prepared().ifPresent(this.suitability::begin);
        }
        else {
            this.suitability.end();
        }
    }

    /** What the process has of the groups that its service is bound to. */
    KeptBinds keptBinds() {
        return this.parts.preparation().keptBinds();
    }

    ProcessState state() {
        return this.parts.standing().state();
    }

    Instant since() {
        return this.parts.standing().since();
    }

    /** By what the process that runs was started, or last rendered. */
    Order order() {
        return this.parts.standing().order();
    }

    /** A hook runs that has to end first, so no other order can be given. */
    boolean busy() {
        return this.left.busy() || this.parts.placement().busy() || this.starting.busy() || this.changing.busy()
                || this.halting.busy();
    }

    Milestones milestones() {
        return this.parts.milestones();
    }

    Restarts restarts() {
        return this.parts.restarts();
    }

    HealthReport health() {
        return this.parts.health().report();
    }

    LineLog lines() {
        return this.lines.kept();
    }

    OptionalLong pid() {
        return this.process.pid();
    }

    Optional<Prepared> prepared() {
        return this.parts.standing().prepared();
    }

    /** Whether an earlier run of the node has left a process, as far as it is written. */
    boolean hasLeftProcess() {
        return this.parts.memory().state().process().isPresent();
    }

    /**
     * Looks for what an earlier run of the node left: first hooks, which are ended, then
     * the process.
     */
    void takeBack(Order given) {
        boolean later = this.left.end(() -> {
            takeBackProcess(given);
            this.parts.ready().run();
        });
        if (!later) {
            takeBackProcess(given);
        }
    }

    private void takeBackProcess(Order given) {
        RunState known = remembered();
        this.parts.standing().order(given);
        if (known.process().isPresent() || known.owed().contains(Hook.POST_STOP)) {
            recall(known, given);
        }
        Optional<ProcessIdentity> found = known.process().flatMap(this.process::takeBack);
        if (found.isPresent()) {
            takenBack(known, found.get());
            return;
        }
        known.process().ifPresent((identity) -> {
            Exit exit = new Exit(identity.pid().orElse(0), this.process.exitOf(identity),
                    this.parts.loop().clock().instant());
            restarts().exited(exit);
            restarts().replaces(identity.pid(), exit + " while the node was away");
        });
        this.parts.memory().keep(known.stopped());
        this.parts.memory().correctPid();
        if (known.owed().contains(Hook.POST_STOP)) {
            this.parts.standing().become(ProcessState.STOPPING);
            this.halting.cleanUp(ProcessState.DOWN);
        }
    }

    /** A state that was lost does not make a process that runs a second one. */
    private RunState remembered() {
        Memory memory = this.parts.memory();
        Optional<ProcessIdentity> lost = memory.lost() ? this.lostProcess.get() : Optional.empty();
        return lost.map((identity) -> memory.state().found(identity)).orElseGet(memory::state);
    }

    private void recall(RunState known, Order given) {
        try {
            this.parts.standing()
                .prepared(this.parts.preparation().recall(known.ident().orElse(given.spec().ident()), given));
        }
        catch (StartException ex) {
            log.warn("Package of a service that was started before cannot be used: group={} reason={}", given.group(),
                    ex.getMessage());
        }
    }

    private void takenBack(RunState known, ProcessIdentity identity) {
        this.parts.standing().become(ProcessState.UP);
        known.since().ifPresent(this.parts.standing()::wasUpSince);
        log.info("Service taken back: group={} pid={}", this.parts.standing().group(), pid().orElse(0));
        this.parts.memory().keep(known.running(identity));
        this.parts.memory().correctPid();
        prepared().ifPresent((running) -> {
            sayWhetherAllowed(running);
            milestones().settle(this.parts.progress(), running.has(Hook.HEALTH_CHECK));
            this.parts.health().begin(running);
            if (known.owed().contains(Hook.POST_RUN)) {
                this.parts.postRun().begin(running);
            }
        });
    }

    /** Whatever the node allows now, what runs is left alone. */
    private void sayWhetherAllowed(Prepared running) {
        try {
            this.parts.preparation().requireAllowed(running);
        }
        catch (StartException ex) {
            log.warn("Service goes on as root, and would not be started again: group={} reason={}",
                    this.parts.standing().group(), ex.getMessage());
        }
    }

    /**
     * @param changed whether templates may come out differently than at the last order
     */
    void start(Order given, boolean changed) {
        this.starting.start(given, changed);
    }

    /** Ends a start that waits for a hook. */
    void cancelStart() {
        this.starting.cancel();
    }

    /** There is a reason to wait no longer. */
    void endBackoff() {
        this.starting.endBackoff();
    }

    /** Renders for the process that runs, and does what the outcome asks for. */
    void render(Order given) {
        this.changing.render(given);
    }

    private void restartWith(Prepared fresh, String reason) {
        this.starting.succeedWith(fresh);
        restart(reason);
    }

    /** Of these files those that are neither in their place nor on this machine. */
    List<GroupFile> missing(GroupFileSet wanted) {
        return this.parts.placement().files().missing(wanted);
    }

    /** Stops the process in order to start it again, for this reason. */
    void restart(String reason) {
        restarts().forgive();
        restarts().replaces(pid(), reason);
        halt(ProcessState.DOWN, Optional.empty());
    }

    /**
     * @param timeout what the command says about the grace, if anything
     */
    void stop(Optional<Duration> timeout) {
        log.info("Service stopping: group={} pid={}", this.parts.standing().group(), pid().orElse(0));
        keptBinds().forget();
        restarts().forgive();
        halt(ProcessState.DOWN, timeout);
    }

    private void halt(ProcessState next, Optional<Duration> timeout) {
        this.halting.halt(next, timeout);
        this.changing.cancel();
    }

    /** Another grace for the stop under way. */
    void stopWithin(Duration grace) {
        this.process.stopWithin(grace);
    }

    /**
     * It is not to run. What comes later is a new start, not the second half of this one.
     */
    void rest() {
        this.starting.forgetSuccessor();
        restarts().forget();
        this.parts.health().end(Health.UNKNOWN, "");
        milestones().take(this.parts.progress().at(Rung.STOPPED, "").withSettled());
    }

    private void exited(Exit exit) {
        restarts().exited(exit);
        if (!this.parts.standing().up()) {
            this.process.lookAgain();
            return;
        }
        restarts().failed(this.parts.standing().group(), exit, this.parts.standing().upFor());
        milestones().take(this.parts.progress().at(Rung.FAILED, exit.toString()));
        halt(ProcessState.BACKOFF, Optional.empty());
    }

    private void healthAnswered() {
        milestones().answered();
        this.parts.report().run();
    }

    /** Leaves everything as it is and hears of nothing any longer. */
    void abandon() {
        this.starting.abandon();
        this.changing.abandon();
        this.halting.abandon();
        this.left.abandon();
        this.suitability.end();
        this.parts.placement().abandon();
        this.parts.health().abandon();
        this.parts.postRun().abandon();
        this.process.abandon();
        milestones().unsettle();
        this.lines.close();
    }

}
