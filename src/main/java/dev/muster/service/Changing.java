package dev.muster.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A change while the process runs: rendered, put in its place with the group's files, and
 * then what the difference asks for: {@code file-updated} for files, {@code reconfigure}
 * or another process for the rest. Lives on the service's loop.
 */
final class Changing {

    private static final Logger log = LoggerFactory.getLogger(Changing.class);

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final ServiceParts parts;

    private final BiConsumer<Prepared, String> restart;

    private final Consumer<String> move;

    /** {@code file-updated} or {@code reconfigure}. */
    private @Nullable HookRun hook;

    /** Until a change that the disk refused is tried again. */
    private Loop.Timer retry = NO_TIMER;

    /** The latest rendering was not taken, or there was none in this life of the node. */
    private boolean refused = true;

    /** How often in a row the disk has refused it. */
    private int refusals;

    /**
     * @param restart hears what the process has to be replaced with, and why
     * @param move hears why the process has to be replaced by one of another release
     */
    Changing(ServiceParts parts, BiConsumer<Prepared, String> restart, Consumer<String> move) {
        this.parts = parts;
        this.restart = restart;
        this.move = move;
    }

    boolean busy() {
        return this.hook != null;
    }

    void render(Order given) {
        Standing standing = this.parts.standing();
        Order former = standing.order();
        standing.order(given);
        this.retry.cancel();
        SortedMap<String, String> taken = this.parts.memory().state().taken();
        try {
            Optional<Prepared> running = standing.prepared();
            if (running.isPresent() && moves(running.get(), given)) {
                move(running.get(), given);
                return;
            }
            Prepared fresh = running.isPresent() ? this.parts.preparation().again(running.get(), given)
                    : this.parts.preparation().prepare(given);
            if (fresh.rendering().role().leads()) {
                this.parts.fencing().begin(fresh.rendering().role(), given.spec().fenced());
            }
            Reaction reaction = Reaction.decide(taken, fresh.rendering().hashes())
                .by(Bindings.changed(running.map((known) -> known.rendering().binds()).orElse(Map.of()),
                        fresh.rendering().binds()));
            if (running.isPresent() && former.equals(given) && isNoNews(running.get(), fresh, taken)) {
                took(fresh);
                return;
            }
            if (reaction.kind() == Reaction.Kind.RESTART) {
                // Nothing is stopped that could not be started again.
                this.parts.preparation().requireAllowed(fresh);
            }
            this.parts.placement()
                .place(fresh, given.files(), taken.keySet(), reaction.kind() != Reaction.Kind.NOTHING,
                        (refused) -> placed(reaction, fresh, refused));
        }
        catch (StartException ex) {
            notTaken(Refusal.of(ex.getMessage()));
        }
    }

    private static boolean moves(Prepared running, Order given) {
        return given.release().filter((wanted) -> !wanted.equals(running.pack().ident())).isPresent();
    }

    /**
     * The old process ends with the files and hooks of its own release; those of the next
     * come when it is gone. That they can be made is seen before.
     */
    private void move(Prepared running, Order given) throws StartException {
        Prepared next = this.parts.preparation().prepare(given);
        String reason = "package changed from " + running.pack().ident() + " to " + next.pack().ident();
        this.parts.milestones().take(this.parts.progress().at(Rung.RENDERED, reason));
        this.move.accept(reason);
    }

    /**
     * Others have changed, and nothing that this process sees: no step of its own, and no
     * reason to forget that one failed.
     */
    private boolean isNoNews(Prepared running, Prepared fresh, SortedMap<String, String> taken) {
        boolean under = switch (this.parts.progress().rung()) {
            case AWAY, WAITING, RECEIVED, RENDERED, STOPPED -> true;
            case UNCHANGED, RECONFIGURED, RESTARTED, HEALTHY, FAILED -> false;
        };
        return !under && !this.refused && !this.parts.placement().files().hookOwed()
                && fresh.rendering().hashes().equals(taken)
                && fresh.rendering().role().equals(running.rendering().role());
    }

    /**
     * The process goes on with the files it has. Nobody would ask a second time for what
     * was accepted once, so what only the disk refused is tried again.
     */
    void notTaken(Refusal refusal) {
        this.refused = true;
        log.warn("Change not taken, the process goes on as before: group={} reason={}", this.parts.standing().group(),
                refusal.why());
        this.parts.milestones().take(this.parts.progress().at(Rung.FAILED, refusal.why()));
        if (refusal.passing()) {
            this.refusals++;
            this.retry = this.parts.loop().after(this.parts.restarts().pauseAfter(this.refusals), this::tryAgain);
        }
    }

    private void tryAgain() {
        if (this.parts.standing().up() && !busy() && !this.parts.placement().busy()) {
            render(this.parts.standing().order());
            this.parts.ready().run();
        }
    }

    private void placed(Reaction reaction, Prepared fresh, Optional<Refusal> refused) {
        if (!this.parts.standing().up()) {
            // It ended meanwhile: the next start renders anew.
            return;
        }
        if (refused.isPresent()) {
            notTaken(refused.get());
            return;
        }
        this.refusals = 0;
        this.refused = false;
        took(fresh);
        String reason = reason(reaction);
        if (reaction.kind() != Reaction.Kind.NOTHING || tells(fresh)) {
            this.parts.milestones().take(this.parts.progress().at(Rung.RENDERED, reason));
        }
        if (reaction.kind() == Reaction.Kind.RESTART) {
            this.restart.accept(fresh, reason);
        }
        else if (tells(fresh)) {
            run(Hook.FILE_UPDATED, fresh, () -> told(reaction, fresh));
        }
        else {
            this.parts.placement().files().hookPaid();
            react(reaction, fresh, this.parts.progress().unchanged(reason));
        }
    }

    private void took(Prepared fresh) {
        this.parts.standing().prepared(fresh);
        this.parts.preparation().keptBinds().keep(this.parts.standing().order().spec(), fresh.rendering().binds());
    }

    private String reason(Reaction reaction) {
        List<String> updated = this.parts.placement().updated();
        String files = updated.isEmpty() ? "" : PlacedFiles.names(updated) + " updated";
        return reaction.reason() + ((files.isEmpty() || reaction.reason().isEmpty()) ? "" : "; ") + files;
    }

    /** Whether the process is to hear of files by its hook. */
    private boolean tells(Prepared fresh) {
        return this.parts.placement().files().hookOwed() && fresh.has(Hook.FILE_UPDATED);
    }

    private void told(Reaction reaction, Prepared fresh) {
        this.parts.placement().files().hookPaid();
        react(reaction, fresh, this.parts.progress().at(Rung.RECONFIGURED));
    }

    /**
     * @param end how far it is where nothing else has to follow
     */
    private void react(Reaction reaction, Prepared fresh, Progress end) {
        if (reaction.kind() == Reaction.Kind.RECONFIGURE) {
            log.info("Service reconfigured: group={} reason={}", this.parts.standing().group(), reaction.reason());
            run(Hook.RECONFIGURE, fresh, () -> take(fresh, this.parts.progress().at(Rung.RECONFIGURED)));
        }
        else {
            take(fresh, end);
        }
    }

    private void run(Hook which, Prepared fresh, Runnable next) {
        try {
            this.hook = this.parts.hooks().start(which, fresh, (result) -> ended(which, result, fresh, next));
        }
        catch (StartException ex) {
            notTaken(Refusal.of(ex.getMessage()));
        }
    }

    private void ended(Hook which, HookRun.Result result, Prepared fresh, Runnable next) {
        this.hook = null;
        if (this.parts.standing().up()) {
            if (result.ok()) {
                next.run();
            }
            else {
                if (which == Hook.FILE_UPDATED) {
                    this.parts.placement().files().hookPaid();
                }
                take(fresh, this.parts.progress().at(Rung.FAILED, result.text()));
            }
        }
        this.parts.ready().run();
    }

    /** The process runs with these files from now on. */
    private void take(Prepared fresh, Progress reached) {
        Progress next = this.parts.placement()
            .files()
            .complaint(this.parts.standing().order().files())
            .map((why) -> reached.at(Rung.FAILED, why))
            .orElse(reached);
        Memory memory = this.parts.memory();
        boolean sameCheck = fresh.rendering().sameHook(Hook.HEALTH_CHECK, memory.state().taken());
        memory.keep(memory.state().taking(fresh.rendering().hashes()));
        if (!fresh.rendering().role().leads() && reached.rung() != Rung.FAILED) {
            this.parts.fencing().follows(this.parts.standing().order().spec().fenced());
        }
        boolean asks = this.parts.milestones().settle(next, fresh.has(Hook.HEALTH_CHECK));
        if (asks || !sameCheck) {
            this.parts.health().changedTo(fresh);
        }
    }

    /** The process is about to end. */
    void cancel() {
        this.retry.cancel();
        this.parts.placement().cancel("check hook was stopped with its service");
        if (this.hook != null) {
            this.hook.stop("the hook was stopped with its service");
        }
    }

    /** Nobody hears of anything any longer. */
    void abandon() {
        this.retry.cancel();
        if (this.hook != null) {
            this.hook.abandon();
        }
    }

}
