package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

import dev.muster.pack.HookStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way up: files, {@code check}, {@code install} if it is due, {@code init}, the
 * process, {@code post-run}. A configuration that cannot be taken does not keep a service
 * down that ran before: it starts with the files it had, and says so. Lives on the
 * service's loop.
 */
final class Starting {

    private static final Logger log = LoggerFactory.getLogger(Starting.class);

    private final ServiceParts parts;

    private final ServiceProcess process;

    private final Consumer<Refusal> refused;

    /**
     * What a restart is about to start: rendered and in its place, while the old process
     * ends.
     */
    private @Nullable Prepared successor;

    /** The {@code install} or {@code init} hook. */
    private @Nullable HookRun init;

    private boolean cancelled;

    /**
     * @param refused hears why a process that is up now runs with the files it had
     */
    Starting(ServiceParts parts, ServiceProcess process, Consumer<Refusal> refused) {
        this.parts = parts;
        this.process = process;
        this.refused = refused;
    }

    boolean busy() {
        return this.init != null;
    }

    /** The next start is one of this, unless something has changed by then. */
    void succeedWith(Prepared fresh) {
        this.successor = fresh;
    }

    void forgetSuccessor() {
        this.successor = null;
    }

    /**
     * @param changed whether templates may come out differently than at the last order
     */
    void start(Order given, boolean changed) {
        Standing standing = this.parts.standing();
        standing.become(ProcessState.STARTING);
        Prepared waiting = (changed || !given.equals(standing.order())) ? null : this.successor;
        this.successor = null;
        standing.order(given);
        this.cancelled = false;
        if (waiting != null) {
            begin(waiting, complaint());
            return;
        }
        try {
            Prepared fresh = this.parts.preparation().prepare(given);
            this.parts.placement()
                .place(fresh, given.files(), this.parts.memory().state().taken().keySet(), true,
                        (refused) -> placed(fresh, refused));
        }
        catch (StartException ex) {
            refused(Refusal.of(ex.getMessage()));
        }
    }

    private void placed(Prepared fresh, Optional<Refusal> refusal) {
        if (this.cancelled) {
            notStarted();
        }
        else if (refusal.isPresent()) {
            refused(refusal.get());
        }
        else {
            begin(fresh, complaint());
        }
    }

    /** It starts without a file, or another release, that nobody can give. */
    private Optional<Refusal> complaint() {
        Order order = this.parts.standing().order();
        return this.parts.placement()
            .files()
            .complaint(order.files())
            .or(() -> order.missing()
                .map((release) -> "package " + release.ident() + ", which its group is to run, is not installed here"))
            .map(Refusal::of);
    }

    /** Nothing was changed: what ran last can run again. */
    private void refused(Refusal refusal) {
        Optional<Prepared> last = this.parts.preparation()
            .last(this.parts.standing().order(), this.parts.memory().state());
        if (last.isPresent()) {
            log.warn("Change not taken, the service starts with the files it had: group={} reason={}",
                    this.parts.standing().group(), refusal.why());
            begin(last.get(), Optional.of(refusal));
        }
        else {
            failed(refusal.why());
        }
    }

    /**
     * @param refusal why the group's configuration is not what it starts with
     */
    private void begin(Prepared fresh, Optional<Refusal> refusal) {
        this.parts.standing().prepared(fresh);
        this.parts.preparation().keptBinds().keep(this.parts.standing().order().spec(), fresh.rendering().binds());
        try {
            this.parts.preparation().checkWay(fresh);
            if (refusal.isEmpty()) {
                this.parts.milestones().take(this.parts.progress().at(Rung.RENDERED, this.parts.restarts().reason()));
                this.parts.report().run();
            }
            if (installIsDue(fresh)) {
                install(fresh, refusal);
            }
            else {
                initialise(fresh, refusal);
            }
        }
        catch (StartException ex) {
            failed(ex.getMessage());
        }
    }

    private void install(Prepared fresh, Optional<Refusal> refusal) throws StartException {
        Path pack = fresh.pack().path();
        if (!this.parts.installs().begin(pack)) {
            throw new StartException(
                    "install hook of " + fresh.pack().ident() + " runs just now, for its installation");
        }
        try {
            this.init = this.parts.hooks().start(Hook.INSTALL, fresh, (result) -> {
                this.parts.installs().end(pack);
                keepInstalled(result, fresh);
                goOn(result, () -> initialise(fresh, refusal));
            });
        }
        catch (StartException ex) {
            this.parts.installs().end(pack);
            throw ex;
        }
    }

    /** The hook of a release that was never installed properly, or put here by hand. */
    private static boolean installIsDue(Prepared fresh) throws StartException {
        try {
            return fresh.has(Hook.INSTALL) && HookStatus.of(fresh.pack().path()).due();
        }
        catch (IOException ex) {
            throw new StartException("cannot tell whether the install hook has run: " + ex.getMessage());
        }
    }

    private static void keepInstalled(HookRun.Result result, Prepared fresh) {
        if (result.code().isPresent()) {
            try {
                HookStatus.write(fresh.pack().path(), result.code().getAsInt());
            }
            catch (IOException ex) {
                log.warn("Install hook runs again at the next start, its end cannot be kept: package={} reason={}",
                        fresh.pack().path(), ex.toString());
            }
        }
    }

    private void initialise(Prepared fresh, Optional<Refusal> refusal) throws StartException {
        if (fresh.has(Hook.INIT)) {
            this.init = this.parts.hooks()
                .start(Hook.INIT, fresh, (result) -> goOn(result, () -> launch(fresh, refusal)));
        }
        else {
            launch(fresh, refusal);
        }
    }

    /** A hook of the start has ended. */
    private void goOn(HookRun.Result result, Step next) {
        this.init = null;
        if (this.cancelled) {
            notStarted();
        }
        else if (!result.ok()) {
            failed(result.text());
        }
        else {
            try {
                next.take();
            }
            catch (StartException ex) {
                failed(ex.getMessage());
            }
        }
        this.parts.ready().run();
    }

    private void launch(Prepared fresh, Optional<Refusal> refusal) throws StartException {
        Role role = fresh.rendering().role();
        if (role.leads() && !this.parts.hooks().leads(role)) {
            // The hooks before took their time: it starts as what it is now.
            notStarted();
            return;
        }
        this.parts.fencing().begin(role, this.parts.standing().order().spec().fenced());
        Launch launch = this.parts.hooks().launch(Hook.RUN, fresh);
        Memory memory = this.parts.memory();
        try {
            // A node that dies between the next two steps finds the process by its token.
            memory.keepSafely(memory.state()
                .starting(new ProcessIdentity(launch.token(), null), this.parts.loop().clock().instant(),
                        fresh.pack().ident(), fresh.rendering().hashes()));
            memory.keep(memory.state().running(this.process.start(launch)));
        }
        catch (IOException ex) {
            memory.keep(memory.state().stopped().paid(Hook.POST_STOP).paid(Hook.POST_RUN));
            throw new StartException("cannot be started: " + ex.getMessage());
        }
        Standing standing = this.parts.standing();
        standing.become(ProcessState.UP);
        // It finds the files that are there by itself.
        this.parts.placement().files().hookPaid();
        String reason = this.parts.restarts().reason();
        this.parts.restarts().started(standing.group(), this.process.pid().orElseThrow());
        if (refusal.isPresent()) {
            this.refused.accept(refusal.get());
        }
        else {
            this.parts.milestones()
                .settle(this.parts.progress().at(Rung.RESTARTED, reason), fresh.has(Hook.HEALTH_CHECK));
        }
        this.parts.health().begin(fresh);
        this.parts.postRun().begin(fresh);
    }

    private void failed(String reason) {
        this.parts.restarts().failedToStart(this.parts.standing().group(), reason);
        this.parts.milestones().take(this.parts.progress().at(Rung.FAILED, reason));
        this.parts.health().end(Health.CRITICAL, reason);
        this.parts.standing().become(ProcessState.BACKOFF);
        startLater();
    }

    /** Waits for the end of the back-off. */
    void startLater() {
        this.parts.restarts().await(() -> {
            endBackoff();
            this.parts.ready().run();
        });
    }

    /** There is a reason to wait no longer. */
    void endBackoff() {
        this.parts.restarts().endWait();
        this.parts.standing().become(ProcessState.DOWN);
    }

    /** Ends a start that waits for a hook. */
    void cancel() {
        this.cancelled = true;
        this.parts.placement().cancel("check hook was stopped");
        if (this.init != null) {
            this.init.stop("the hook was stopped");
        }
    }

    private void notStarted() {
        this.parts.standing().become(ProcessState.STOPPING);
        this.parts.standing().become(ProcessState.DOWN);
    }

    /** Nobody hears of anything any longer. */
    void abandon() {
        if (this.init != null) {
            this.init.abandon();
        }
        this.parts.restarts().endWait();
    }

    /** What comes next on the way up. */
    @FunctionalInterface
    private interface Step {

        void take() throws StartException;

    }

}
