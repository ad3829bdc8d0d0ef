package dev.muster.service;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a rendering in its place in one step: staged, shown to the package's {@code check}
 * hook, then swapped in. Until the last of these nothing has changed. Lives on the
 * service's loop.
 */
final class Placement {

    private static final Logger log = LoggerFactory.getLogger(Placement.class);

    private final ServiceDirectory directory;

    private final Staging staging;

    private final Hooks hooks;

    private final Runnable ready;

    private @Nullable HookRun check;

    /**
     * @param ready runs after what was waited for has been heard of
     */
    Placement(ServiceDirectory directory, Hooks hooks, Runnable ready) {
        this.directory = directory;
        this.staging = new Staging(directory);
        this.hooks = hooks;
        this.ready = ready;
    }

    /** The {@code check} hook is being waited for. */
    boolean busy() {
        return this.check != null;
    }

    /**
     * @param before names of the files in place
     * @param ask whether the {@code check} hook is to look at it
     * @param done hears, at once or later, why it was not put in place; nothing when it
     * was
     */
    void place(Prepared fresh, Collection<String> before, boolean ask, Consumer<Optional<Refusal>> done) {
        try {
            this.directory.create(fresh.runAs());
            if (this.staging.nothingToDo(fresh.rendering(), before)) {
                done.accept(Optional.empty());
                return;
            }
            this.staging.write(fresh.rendering(), fresh.runAs());
            if (ask && fresh.has(Hook.CHECK)) {
                this.check = this.hooks.start(Hook.CHECK, fresh, this.staging.path(),
                        (result) -> checked(result, fresh, before, done));
                return;
            }
        }
        catch (IOException ex) {
            discard();
            done.accept(Optional.of(unwritten(ex)));
            return;
        }
        catch (StartException ex) {
            discard();
            done.accept(Optional.of(Refusal.of(ex.getMessage())));
            return;
        }
        done.accept(swap(fresh, before));
    }

    private void checked(HookRun.Result result, Prepared fresh, Collection<String> before,
            Consumer<Optional<Refusal>> done) {
        this.check = null;
        if (result.ok()) {
            done.accept(swap(fresh, before));
        }
        else {
            discard();
            done.accept(Optional.of(Refusal.of(result.text())));
        }
        this.ready.run();
    }

    private Optional<Refusal> swap(Prepared fresh, Collection<String> before) {
        try {
            this.staging.swap(fresh.rendering(), fresh.runAs(), before);
            return Optional.empty();
        }
        catch (IOException ex) {
            return Optional.of(unwritten(ex));
        }
    }

    private Refusal unwritten(IOException why) {
        return new Refusal("cannot write below " + this.directory.path() + ": " + why, true);
    }

    private void discard() {
        try {
            this.staging.discard();
        }
        catch (IOException ex) {
            log.warn("Files that were not taken stay where they are: directory={} reason={}", this.staging.path(),
                    ex.toString());
        }
    }

    /** What waits for the check hears that it was not put in place. */
    void cancel(String why) {
        if (this.check != null) {
            this.check.stop(why);
        }
    }

    /** Nobody hears of anything any longer. */
    void abandon() {
        if (this.check != null) {
            this.check.abandon();
        }
    }

}
