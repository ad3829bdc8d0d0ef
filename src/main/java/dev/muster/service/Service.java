package dev.muster.service;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.muster.loop.Loop;
import dev.muster.service.Preparation.Prepared;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service on its loop. Every event is noted in a field and followed by
 * {@link #consider}, which does the next thing that the state of the process allows: so
 * whatever arrives while the service starts or stops is still there when that is over.
 */
final class Service {

    private static final Logger log = LoggerFactory.getLogger(Service.class);

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

    private final Function<String, @Nullable AppliedConfig> configs;

    private final Consumer<Service> retired;

    private volatile Wanted wanted;

    private volatile ServiceStatus snapshot;

    /**
     * What {@code wanted} was when the latest event about it came: each wish has its
     * turn.
     */
    private Wanted target;

    private ProcessState state = ProcessState.DOWN;

    private Instant since;

    private Duration upSince = Duration.ZERO;

    private ProcessState afterStop = ProcessState.DOWN;

    private Optional<AppliedConfig> applied = Optional.empty();

    private Progress progress = Progress.waiting("was just loaded");

    private Failures failures = Failures.NONE;

    private boolean open;

    private boolean unconfirmed;

    /** Something that templates see may have changed. */
    private boolean lookAgain;

    /**
     * A person changed the configuration: no reason to wait for the end of a back-off.
     */
    private boolean freshConfig;

    private ServiceSpec runsBy;

    private @Nullable Prepared prepared;

    private @Nullable HookRun hook;

    private @Nullable UserFileWatch userFile;

    private @Nullable CompletableFuture<Void> closing;

    private boolean ended;

    /** Hash by file of what the process runs with. */
    private SortedMap<String, String> taken = new TreeMap<>();

    private Optional<ProcessIdentity> identity = Optional.empty();

    private Optional<Exit> lastExit = Optional.empty();

    private Optional<Long> oldPid = Optional.empty();

    private String startReason = "";

    private Loop.Timer backoff = NO_TIMER;

    private Loop.Timer settle = NO_TIMER;

    /**
     * @param configs the current configuration of a group, if it has one; asked on the
     * loop
     * @param retired hears, on the loop, that nothing is left of an unloaded service
     */
    Service(ServiceSpec spec, Surroundings around, Function<String, @Nullable AppliedConfig> configs,
            Consumer<Service> retired) {
        this.around = around;
        this.loop = around.loops().apply(spec.name());
        this.directory = new ServiceDirectory(around.root(), spec.name());
        this.preparation = new Preparation(around, this.directory);
        this.process = new ServiceProcess(around, this.loop, this.directory, () -> wanted().group(), this::exited);
        this.configs = configs;
        this.retired = retired;
        this.wanted = new Wanted(spec, spec.serviceGroup(around.organisation()), true, Optional.empty());
        this.target = this.wanted;
        this.runsBy = spec;
        this.since = this.loop.clock().instant();
        this.snapshot = describe();
    }

    /** Any thread: what is asked for now, whether the service has come to it or not. */
    Wanted wanted() {
        return this.wanted;
    }

    /** Any thread; never waits. */
    ServiceStatus status() {
        Wanted asked = this.wanted;
        return this.snapshot.withSpec(asked.spec(), asked.group());
    }

    /** Any thread: asks for something else. */
    void want(Wanted other) {
        this.wanted = other;
        post((self) -> {
            this.target = other;
            if (this.state == ProcessState.STOPPING) {
                other.stopTimeout().ifPresent(this.process::stopWithin);
            }
            consider();
        });
    }

    /** Any thread: {@code event} happens on the loop, unless the service has ended. */
    void post(Consumer<Service> event) {
        this.loop.execute(() -> {
            if (!this.ended) {
                event.accept(this);
            }
        });
    }

    /** The first event: looks for a process of an earlier run of the node. */
    void resume() {
        this.userFile = new UserFileWatch(this.loop, this.directory.userFile(), this::userFileChanged);
        RunState known = this.directory.readState();
        this.taken = known.taken();
        known.rung().ifPresent((rung) -> this.progress = new Progress(known.revision(), known.contentHash(), rung, ""));
        noticeConfig();
        known.process().ifPresent((before) -> takeBack(before, known));
        consider();
    }

    private void takeBack(ProcessIdentity before, RunState known) {
        this.identity = this.process.takeBack(before);
        if (this.identity.isEmpty()) {
            this.oldPid = before.pid();
            this.startReason = "ended while the node was away";
            forgetProcess();
            return;
        }
        become(ProcessState.UP);
        this.since = known.since().orElse(this.since);
        log.info("Service taken back: group={} pid={}", this.target.group(), this.process.pid().orElse(0));
        ServiceSpec spec = this.target.spec();
        try {
            this.prepared = this.preparation.recall(known.ident().orElse(spec.ident()), spec, this.applied);
        }
        catch (StartException ex) {
            log.warn("Package of a running service cannot be used: group={} reason={}", this.target.group(),
                    ex.getMessage());
        }
        advance(this.progress.at(this.progress.rung()));
    }

    /** From now on services that do not run are started, and changes are taken. */
    void opened(boolean confirmed) {
        if (!this.open) {
            this.open = true;
            this.lookAgain = true;
        }
        this.unconfirmed = !confirmed;
        consider();
    }

    /** The configuration of some group, perhaps this one's, is another. */
    void configApplied() {
        consider();
    }

    void membersChanged() {
        this.lookAgain = true;
        consider();
    }

    private void userFileChanged() {
        log.info("user.toml changes detected: group={}", this.target.group());
        this.freshConfig = true;
        membersChanged();
    }

    private void noticeConfig() {
        Optional<AppliedConfig> current = Optional.ofNullable(this.configs.apply(this.target.group()));
        boolean news = !current.map(AppliedConfig::contentHash).equals(this.progress.contentHash());
        this.applied = current;
        this.progress = this.progress.received(current);
        if (news) {
            this.freshConfig = true;
            this.lookAgain = true;
            report();
        }
    }

    /**
     * The last event: stopped within its grace, or left running for the next run of the
     * node.
     */
    void close(boolean stop, CompletableFuture<Void> done) {
        this.closing = done;
        if (stop) {
            consider();
            return;
        }
        if (this.hook != null) {
            this.hook.abandon();
        }
        this.process.abandon();
        end();
        done.complete(null);
    }

    /** Nothing happens after this. */
    void end() {
        this.ended = true;
        this.backoff.cancel();
        this.settle.cancel();
        if (this.userFile != null) {
            this.userFile.end();
        }
    }

    /** The next step, if the state of the process allows one now. */
    private void consider() {
        noticeConfig();
        switch (this.state) {
            case DOWN -> whileDown();
            case STARTING -> {
                if (!shallRun() && this.hook != null) {
                    this.hook.stop("init hook was stopped");
                }
            }
            case UP -> whileUp();
            case BACKOFF -> {
                if (!shallRun() || this.freshConfig) {
                    this.backoff.cancel();
                    become(ProcessState.DOWN);
                    whileDown();
                }
            }
            case STOPPING -> log.debug("Remembered until the process is gone: group={}", this.target.group());
        }
        report();
    }

    private boolean shallRun() {
        return this.target.up() && this.closing == null;
    }

    private void whileDown() {
        if (this.hook != null) {
            return;
        }
        if (this.closing != null) {
            report();
            end();
            this.closing.complete(null);
        }
        else if (!this.target.up()) {
            advance(this.progress.at(Rung.STOPPED, ""));
            if (!this.target.loaded()) {
                report();
                this.retired.accept(this);
            }
        }
        else if (!this.open) {
            advance(this.progress.at(Rung.WAITING, "for word from the ring"));
        }
        else {
            start();
        }
    }

    private void whileUp() {
        Optional<ServiceSpec> target = shallRun() ? Optional.of(this.target.spec()) : Optional.empty();
        switch (Operation.between(Optional.of(this.runsBy), target)) {
            case STOP -> {
                log.info("Service stopping: group={} pid={}", this.target.group(), this.process.pid().orElse(0));
                stop(ProcessState.DOWN, "");
            }
            case REPLACE -> stop(ProcessState.DOWN, "package changed to " + this.target.spec().ident());
            case RENDER -> this.lookAgain = true;
            case NOTHING, START -> {
                // What runs is what was asked for.
            }
        }
        if (this.state == ProcessState.UP && this.open && this.lookAgain && this.hook == null) {
            renderAgain();
        }
    }

    private void start() {
        become(ProcessState.STARTING);
        this.lookAgain = false;
        this.freshConfig = false;
        this.runsBy = this.target.spec();
        try {
            Prepared fresh = this.preparation.prepare(this.runsBy, this.applied, this.taken.keySet());
            this.prepared = fresh;
            advance(this.progress.at(Rung.RENDERED, ""));
            report();
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

    private HookRun runHook(String name, Prepared from, Duration timeout, Consumer<HookRun.Result> done)
            throws StartException {
        try {
            Launch launch = this.process.launch(name, from.pack(), from.runAs());
            return HookRun.start(this.around, this.loop, this.target.group(), name, launch, timeout, done);
        }
        catch (IOException ex) {
            throw new StartException(name + " hook cannot be started: " + ex.getMessage());
        }
    }

    private void initialised(HookRun.Result result, Prepared fresh) {
        this.hook = null;
        if (!shallRun()) {
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
        consider();
    }

    private void launch(Prepared fresh) throws StartException {
        Launch launch = this.process.launch("run", fresh.pack(), fresh.runAs());
        try {
            // A node that dies between these lines finds the process by its token.
            this.taken = fresh.rendering().hashes();
            this.identity = Optional.of(new ProcessIdentity(launch.token(), null));
            this.directory.writeState(memory());
            this.identity = Optional.of(this.process.start(launch));
        }
        catch (IOException ex) {
            forgetProcess();
            throw new StartException("cannot be started: " + ex.getMessage());
        }
        become(ProcessState.UP);
        long pid = this.process.pid().orElseThrow();
        if (this.oldPid.isPresent()) {
            log.info("Service restarted: group={} oldPid={} newPid={} reason={}", this.target.group(),
                    this.oldPid.get(), pid, this.startReason);
        }
        else {
            log.info("Service started: group={} pid={}", this.target.group(), pid);
        }
        advance(this.progress.at(Rung.RESTARTED, this.startReason));
        this.oldPid = Optional.empty();
        this.startReason = "";
        try {
            this.directory.writePid(pid);
        }
        catch (IOException ex) {
            log.warn("PID file not written: file={} reason={}", this.directory.pidFile(), ex.toString());
        }
    }

    /** The process runs; the templates may come out differently now. */
    private void renderAgain() {
        this.lookAgain = false;
        this.freshConfig = false;
        this.runsBy = this.target.spec();
        try {
            Prepared running = this.prepared;
            Prepared fresh = (running == null)
                    ? this.preparation.prepare(this.runsBy, this.applied, this.taken.keySet())
                    : this.preparation.again(running, this.runsBy, this.applied, this.taken.keySet());
            this.prepared = fresh;
            react(Reaction.decide(this.taken, fresh.rendering().hashes()), fresh);
        }
        catch (StartException ex) {
            log.warn("Change not taken, the process goes on as before: group={} reason={}", this.target.group(),
                    ex.getMessage());
            advance(this.progress.at(Rung.FAILED, ex.getMessage()));
        }
    }

    private void react(Reaction reaction, Prepared fresh) throws StartException {
        switch (reaction.kind()) {
            case NOTHING -> {
                this.taken = fresh.rendering().hashes();
                advance(this.progress.unchanged());
            }
            case RECONFIGURE -> {
                advance(this.progress.at(Rung.RENDERED, reaction.reason()));
                this.hook = runHook("reconfigure", fresh, RECONFIGURE_TIMEOUT, (result) -> reconfigured(result, fresh));
            }
            case RESTART -> {
                advance(this.progress.at(Rung.RENDERED, reaction.reason()));
                stop(ProcessState.DOWN, reaction.reason());
            }
        }
    }

    private void reconfigured(HookRun.Result result, Prepared fresh) {
        this.hook = null;
        if (this.state == ProcessState.UP) {
            this.taken = fresh.rendering().hashes();
            advance(result.ok() ? this.progress.at(Rung.RECONFIGURED) : this.progress.at(Rung.FAILED, result.text()));
        }
        consider();
    }

    /**
     * @param reason why it is started again; empty if it is not
     */
    private void stop(ProcessState next, String reason) {
        become(ProcessState.STOPPING);
        this.settle.cancel();
        this.afterStop = next;
        this.startReason = reason;
        if (!reason.isEmpty()) {
            this.oldPid = this.process.pid().isPresent() ? Optional.of(this.process.pid().getAsLong())
                    : Optional.empty();
        }
        if (next == ProcessState.DOWN) {
            this.failures = this.failures.forgiven();
        }
        if (this.hook != null) {
            this.hook.stop("reconfigure hook was stopped with its service");
        }
        report();
        Prepared running = this.prepared;
        String signal = (running != null) ? running.pack().shutdownSignal() : "TERM";
        Duration grace = this.target.stopTimeout()
            .or(this.target.spec()::shutdownTimeout)
            .or(() -> (running != null) ? running.pack().shutdownTimeout() : Optional.empty())
            .orElse(DEFAULT_GRACE);
        this.process.stop(signal, grace, this::gone);
    }

    private void exited(Exit exit) {
        if (this.ended) {
            return;
        }
        this.lastExit = Optional.of(exit);
        if (this.state != ProcessState.UP) {
            this.process.lookAgain();
            return;
        }
        this.failures = this.failures.another(this.loop.uptime().minus(this.upSince));
        log.warn("Service ended on its own: group={} pid={} exit={} failures={}", this.target.group(), exit.pid(), exit,
                this.failures.inARow());
        advance(this.progress.at(Rung.FAILED, exit.toString()));
        stop(ProcessState.BACKOFF, exit.toString());
    }

    private void gone() {
        forgetProcess();
        become(this.afterStop);
        if (this.state == ProcessState.BACKOFF) {
            startLater();
        }
        // Not at once: this may run inside the very step that asked for the stop.
        post(Service::consider);
        report();
    }

    private void failed(String reason) {
        this.failures = this.failures.another(Duration.ZERO);
        log.warn("Service not started: group={} reason={} failures={}", this.target.group(), reason,
                this.failures.inARow());
        advance(this.progress.at(Rung.FAILED, reason));
        become(ProcessState.BACKOFF);
        startLater();
    }

    private void startLater() {
        this.backoff = this.loop.after(this.failures.delay(this.around.random()), () -> {
            become(ProcessState.DOWN);
            consider();
        });
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
    private void advance(Progress next) {
        this.progress = next;
        this.settle.cancel();
        if (next.rung().settles() && this.state == ProcessState.UP) {
            this.settle = this.loop.after(this.around.settle(), () -> {
                advance(this.progress.at(Rung.HEALTHY));
                report();
            });
        }
        if (this.state == ProcessState.UP) {
            remember();
        }
    }

    private void forgetProcess() {
        this.identity = Optional.empty();
        try {
            this.directory.removePid();
        }
        catch (IOException ex) {
            log.warn("PID file not removed: file={} reason={}", this.directory.pidFile(), ex.toString());
        }
        remember();
    }

    private void remember() {
        try {
            this.directory.writeState(memory());
        }
        catch (IOException ex) {
            log.warn("State of a service not written: group={} reason={}", this.target.group(), ex.toString());
        }
    }

    private RunState memory() {
        return new RunState(this.identity, Optional.of(this.since),
                Optional.ofNullable(this.prepared).map((known) -> known.pack().ident()), this.taken,
                this.progress.revision(), this.progress.contentHash(), Optional.of(this.progress.rung()));
    }

    private void report() {
        ServiceStatus now = describe();
        if (!now.equals(this.snapshot)) {
            this.snapshot = now;
            this.around.reports().accept(now);
        }
    }

    private ServiceStatus describe() {
        Wanted asked = this.target;
        Optional<Prepared> known = Optional.ofNullable(this.prepared);
        return new ServiceStatus(asked.spec().name(), asked.group(),
                known.map((ready) -> ready.pack().ident()).orElse(asked.spec().ident()), asked.spec(), asked.loaded(),
                this.state, this.process.pid(), this.since, health(), this.failures.total(),
                this.failures.crashLooping(), known.map((ready) -> ready.rendering().cfg()).orElse(Map.of()),
                known.map((ready) -> ready.rendering().exports()).orElse(Map.of()), this.progress.revision(),
                this.progress.contentHash(), this.progress.rung(), this.progress.reason(),
                known.map((ready) -> ready.runAs().account().user()),
                known.map((ready) -> ready.runAs().lastResort()).orElse(false), this.unconfirmed, this.lastExit);
    }

    /**
     * Without a health check, a process that runs is well; with one, only the check
     * knows.
     */
    private Health health() {
        return switch (this.state) {
            case UP -> hasHealthCheck() ? Health.UNKNOWN : Health.OK;
            case BACKOFF -> Health.CRITICAL;
            case DOWN, STARTING, STOPPING -> Health.UNKNOWN;
        };
    }

    private boolean hasHealthCheck() {
        return this.prepared != null && this.prepared.rendering().hasHook("health-check");
    }

}
