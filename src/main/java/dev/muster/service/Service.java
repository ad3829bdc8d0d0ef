package dev.muster.service;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.muster.content.Supply;
import dev.muster.election.ElectionStanding;
import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service as it shall be, and the steps that lead there. Every event is noted in a
 * field and followed by {@link #consider}, which gives the one order that the state of
 * the process allows: so whatever arrives while the service starts or stops is still
 * there when that is over.
 */
final class Service {

    private static final Logger log = LoggerFactory.getLogger(Service.class);

    private final Surroundings around;

    private final Loop loop;

    private final ServiceRun run;

    private final Function<String, @Nullable AppliedConfig> configs;

    private final Consumer<Service> retired;

    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private volatile Wanted wanted;

    private volatile ServiceStatus snapshot;

    /**
     * What {@code wanted} was when the latest event about it came: each wish has its
     * turn.
     */
    private Wanted target;

    private Optional<AppliedConfig> applied = Optional.empty();

    /**
     * The process runs with a configuration of this group that is not known yet, or no
     * longer: the disk has lost it. It goes on as it is.
     */
    private Optional<String> unknownOf = Optional.empty();

    private boolean open;

    private boolean unconfirmed;

    /** Something that templates see may have changed. */
    private boolean lookAgain;

    /**
     * A person changed the configuration: no reason to wait for the end of a back-off.
     */
    private boolean freshConfig;

    private @Nullable UserFileWatch userFile;

    /** Somebody has led the group since this service is here. */
    private boolean leaderKnown;

    private boolean closing;

    private boolean reported;

    private final BindWatch binds;

    private final Gathering gathering;

    private boolean ended;

    /**
     * @param loaded false for one that was unloaded and may still run
     * @param configs the current configuration of a group, if it has one; asked on the
     * loop
     * @param retired hears, on the loop, that nothing is left of an unloaded service
     */
    Service(ServiceSpec spec, boolean loaded, Surroundings around, Function<String, @Nullable AppliedConfig> configs,
            Consumer<Service> retired) {
        this.around = around;
        this.configs = configs;
        this.retired = retired;
        this.loop = around.loops().apply(spec.name());
        this.wanted = new Wanted(spec, spec.serviceGroup(around.organisation()), loaded, Optional.empty());
        this.target = this.wanted;
        this.run = new ServiceRun(around, this.loop, order(), this::consider, this::report);
        this.binds = new BindWatch(around, this.run);
        this.gathering = new Gathering(this.loop, this::lookNow);
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

    /** Any thread: what it and its hooks wrote. */
    LineLog lines() {
        return this.run.lines();
    }

    /** Any thread: asks for something else. */
    void want(Wanted other) {
        this.wanted = other;
        post((self) -> {
            this.target = other;
            if (this.run.state() == ProcessState.STOPPING) {
                other.stopTimeout().ifPresent(this.run::stopWithin);
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

    /** The first event: takes back what runs. */
    void resume() {
        this.userFile = new UserFileWatch(this.loop,
                new ServiceDirectory(this.around.root(), this.target.spec().name()).userFile(), this::userFileChanged);
        String group = this.target.group();
        if (this.run.hasLeftProcess() && this.run.milestones().progress().contentHash().isPresent()
                && this.configs.apply(group) == null) {
            log.warn("Configuration of a running service is not known, it goes on with what it has: group={}", group);
            this.unknownOf = Optional.of(group);
        }
        noticeConfig();
        this.run.takeBack(order());
        consider();
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

    /** The configuration of the group is another. */
    void configApplied() {
        consider();
    }

    /**
     * Others have changed, of its own group or of one that it is bound to. A process that
     * runs is told of a burst of it once.
     */
    void membersChanged() {
        if (this.run.state() == ProcessState.UP) {
            this.gathering.add();
            consider();
        }
        else {
            lookNow();
        }
    }

    /** What templates see is other than before, and that cannot wait. */
    void lookNow() {
        this.gathering.cancel();
        this.lookAgain = true;
        consider();
    }

    /** It has chosen another release: no reason to wait for the end of a back-off. */
    void releaseChanged() {
        this.freshConfig = true;
        lookNow();
    }

    private void userFileChanged() {
        log.info("user.toml changes detected: group={}", this.target.group());
        this.freshConfig = true;
        lookNow();
    }

    /**
     * Any thread: stopped within its grace, or left running for the next run of the node.
     * A second call may change the first one's mind.
     */
    CompletableFuture<Void> close(boolean stop) {
        this.loop.execute(() -> {
            this.closing = true;
            if (stop) {
                consider();
            }
            else {
                end();
            }
        });
        return this.closed;
    }

    /** Nothing happens after this; a process that runs is left alone. */
    void end() {
        this.ended = true;
        this.gathering.cancel();
        this.run.abandon();
        if (this.userFile != null) {
            this.userFile.end();
        }
        this.closed.complete(null);
    }

    /** The next order, if the state of the process allows one now. */
    private void consider() {
        if (this.ended) {
            return;
        }
        noticeConfig();
        this.binds.look(this.target, order().ident(), this.open);
        switch (this.run.state()) {
            case DOWN -> whileDown();
            case STARTING -> {
                if (!shallRun()) {
                    this.run.cancelStart();
                }
            }
            case UP -> whileUp();
            case STOPPING -> log.debug("Remembered until the process is gone: group={}", this.target.group());
            case BACKOFF -> {
                if (!shallRun() || this.freshConfig) {
                    if (this.freshConfig) {
                        this.run.restarts().hastened();
                    }
                    this.run.endBackoff();
                    whileDown();
                }
            }
        }
        report();
    }

    private boolean shallRun() {
        return this.target.up() && !this.closing;
    }

    private Order order() {
        return Order.of(this.target.spec(), this.target.group(), this.applied, this.around.context());
    }

    private void noticeConfig() {
        Order former = order();
        this.applied = Optional.ofNullable(this.configs.apply(this.target.group()));
        if (goesOnUnknown()) {
            return;
        }
        Progress before = this.run.milestones().progress();
        Progress now = before.received(this.applied);
        if (now.contentHash().equals(before.contentHash())) {
            this.run.milestones().rename(now, this.applied);
            // The content of a file may have come, or be nowhere to be had.
            // Or what came encrypted can be read by now.
            this.lookAgain |= !order().files().files().equals(former.files().files())
                    || !problem(order()).equals(problem(former)) || !order().release().equals(former.release());
            awaitKeys();
            return;
        }
        this.run.milestones().take(now);
        this.freshConfig = true;
        this.lookAgain = true;
        awaitKeys();
        report();
    }

    private static Optional<Encrypted.Problem> problem(Order order) {
        return order.applied().flatMap(AppliedConfig::problem);
    }

    /** Whether a process goes on as it is, for what it has cannot be read any more. */
    private boolean awaitsKeys() {
        return problem(order()).filter(Encrypted.Problem::passing).isPresent();
    }

    private void awaitKeys() {
        Progress now = this.run.milestones().progress();
        if (now.rung() == Rung.RECEIVED && awaitsKeys()) {
            this.run.milestones().take(now.at(Rung.WAITING, problem(order()).orElseThrow().why()));
        }
    }

    private boolean goesOnUnknown() {
        boolean goesOn = this.unknownOf.filter(this.target.group()::equals).isPresent() && this.applied.isEmpty();
        this.unknownOf = goesOn ? this.unknownOf : Optional.empty();
        return goesOn;
    }

    private void whileDown() {
        if (this.unknownOf.isPresent() && !this.run.busy()) {
            // What runs no longer starts with what is known.
            this.unknownOf = Optional.empty();
            noticeConfig();
        }
        if (this.run.busy()) {
            return;
        }
        Optional<String> awaited = this.open ? awaited() : Optional.of("for word from the ring");
        if (this.closing) {
            this.run.keptBinds().forget();
            report();
            end();
        }
        else if (!this.target.up()) {
            this.run.keptBinds().forget();
            this.run.rest();
            if (!this.target.loaded()) {
                report();
                this.retired.accept(this);
            }
        }
        else if (awaited.isPresent()) {
            Milestones milestones = this.run.milestones();
            milestones.take(milestones.progress().at(Rung.WAITING, awaited.get()));
        }
        else {
            boolean changed = this.lookAgain;
            this.lookAgain = false;
            this.freshConfig = false;
            this.run.start(order(), changed);
        }
    }

    /**
     * What has to be there before it is started. A process that takes another's place
     * does not wait: binds that lost their members are no reason to take a service down.
     * A missing package is told by the start.
     */
    private Optional<String> awaited() {
        ServiceSpec spec = this.target.spec();
        if (!this.run.restarts().reason().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> files = this.run.missing(order().files())
            .stream()
            .filter((file) -> file.supply() == Supply.COMING)
            .findFirst()
            .map((file) -> "for file " + file.name() + " of its group, which is on its way");
        Optional<String> release = order().missing()
            .filter((wanted) -> wanted.supply() == Supply.COMING)
            .map((wanted) -> "for package " + wanted.ident() + ", which is on its way");
        if (release.isPresent()) {
            return release;
        }
        Optional<String> leader = awaitedLeader();
        if (leader.isPresent()) {
            return leader;
        }
        return files.isPresent() ? files : this.binds.now().awaited();
    }

    /**
     * The first start waits for a leader; one who was known once is followed on, also
     * while the next is elected.
     */
    private Optional<String> awaitedLeader() {
        if (!elects() || this.leaderKnown) {
            return Optional.empty();
        }
        ElectionStanding election = this.around.context().election(this.target.group());
        this.leaderKnown = election.phase() == ElectionStanding.Phase.FINISHED;
        return this.leaderKnown ? Optional.empty()
                : Optional.of("for a leader" + (election.note().isEmpty() ? "" : ": " + election.note()));
    }

    private void whileUp() {
        Optional<ServiceSpec> spec = shallRun() ? Optional.of(this.target.spec()) : Optional.empty();
        switch (Operation.between(Optional.of(this.run.order().spec()), spec)) {
            case STOP -> this.run.stop(this.target.stopTimeout());
            case REPLACE -> {
                if (!holdBack()) {
                    this.run.restart(this.run.order().spec().ident().equals(this.target.spec().ident())
                            ? "topology or on-lost-lease changed" : "package changed to " + this.target.spec().ident());
                }
            }
            case RENDER -> renderIfPossible();
            case NOTHING, START -> {
                if (this.lookAgain) {
                    renderIfPossible();
                }
            }
        }
    }

    private void renderIfPossible() {
        this.lookAgain = true;
        if (holdBack()) {
            return;
        }
        if (this.open && !this.run.busy() && this.unknownOf.isEmpty() && !awaitsKeys()) {
            this.lookAgain = false;
            this.freshConfig = false;
            this.run.render(order());
        }
    }

    /** Whether what runs has to stay as it is; what was to come waits then. */
    private boolean holdBack() {
        Optional<String> barrier = this.binds.barrier();
        Progress now = this.run.milestones().progress();
        if (barrier.isPresent() && now.rung() == Rung.RECEIVED) {
            this.run.milestones().take(now.at(Rung.WAITING, barrier.get()));
        }
        return barrier.isPresent();
    }

    private void report() {
        this.run.askSuitability();
        ServiceStatus now = describe();
        boolean news = !this.reported || !now.tellsTheSameAs(this.snapshot);
        this.snapshot = now;
        if (news) {
            this.reported = true;
            this.around.reports().accept(now);
        }
    }

    private ServiceStatus describe() {
        Wanted asked = this.target;
        Optional<Prepared> known = this.run.prepared();
        Progress progress = this.run.milestones().progress();
        Failures failures = this.run.restarts().failures();
        return new ServiceStatus(asked.spec().name(), asked.group(),
                known.map((ready) -> ready.pack().ident()).orElse(asked.spec().ident()), asked.spec(), asked.loaded(),
                this.run.state(), this.run.pid(), this.run.since(), this.run.health(), failures.total(),
                failures.crashLooping(), known.map((ready) -> ready.rendering().cfg()).orElse(Map.of()),
                known.map((ready) -> ready.rendering().secrets()),
                known.map((ready) -> ready.rendering().exports()).orElse(Exports.NONE), progress.revision(),
                progress.contentHash(), progress.rung(), progress.settled(), reason(progress),
                known.map((ready) -> ready.runAs().account().user()),
                known.map((ready) -> ready.runAs().lastResort()).orElse(false), this.unconfirmed,
                this.run.restarts().lastExit(), this.run.order().release(), this.run.suitability(),
                this.binds.now().statuses(), this.binds.pack());
    }

    /** With what a process that runs is missing. */
    private String reason(Progress progress) {
        String notes = (this.run.state() == ProcessState.UP) ? this.binds.now().notes() : "";
        return progress.reason() + ((progress.reason().isEmpty() || notes.isEmpty()) ? "" : "; ") + notes;
    }

    /** The lease of this member as leader of the group has become longer. Any thread. */
    void leaseRenewed() {
        this.run.fencing().renewed();
    }

    /** Any thread. */
    private boolean elects() {
        return this.target.spec().topology() == Topology.LEADER;
    }

}
