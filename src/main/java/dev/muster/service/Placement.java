package dev.muster.service;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a rendering and the group's files in their places in one step: staged, shown to
 * the package's {@code check} hook, then swapped in. Until the last of these nothing has
 * changed. Lives on the service's loop.
 */
final class Placement {

    private static final Logger log = LoggerFactory.getLogger(Placement.class);

    private final ServiceDirectory directory;

    private final Staging staging;

    private final PlacedFiles files;

    private final Hooks hooks;

    private final Runnable ready;

    private @Nullable HookRun check;

    private boolean copying;

    /** Why what is being copied is not to be put in place; null where it is. */
    private @Nullable String cancelled;

    private List<String> updated = List.of();

    /**
     * @param ready runs after what was waited for has been heard of
     */
    Placement(ServiceDirectory directory, PlacedFiles files, Hooks hooks, Runnable ready) {
        this.directory = directory;
        this.files = files;
        this.staging = new Staging(directory);
        this.hooks = hooks;
        this.ready = ready;
    }

    /** The {@code check} hook is being waited for, or contents are being copied. */
    boolean busy() {
        return this.check != null || this.copying;
    }

    PlacedFiles files() {
        return this.files;
    }

    /** Names of the group's files that became others, or went, when it placed last. */
    List<String> updated() {
        return this.updated;
    }

    /**
     * @param wanted files of the group
     * @param before names of the files in place
     * @param ask whether the {@code check} hook is to look at it, also where none of the
     * group's files changes
     * @param done hears, at once or later, why it was not put in place; nothing when it
     * was
     */
    void place(Prepared fresh, GroupFileSet wanted, Collection<String> before, boolean ask,
            Consumer<Optional<Refusal>> done) {
        this.updated = List.of();
        this.cancelled = null;
        try {
            this.directory.create(fresh.runAs());
        }
        catch (IOException ex) {
            done.accept(Optional.of(unwritten(ex)));
            return;
        }
        boolean[] atOnce = { true };
        this.copying = true;
        this.files.stage(wanted, fresh.runAs(), (refused) -> {
            this.copying = false;
            Optional<Refusal> end = Optional.ofNullable(this.cancelled).map(Refusal::of).or(() -> refused);
            if (end.isPresent()) {
                discard();
                done.accept(end);
            }
            else {
                render(fresh, wanted, before, ask, done);
            }
            if (!atOnce[0]) {
                this.ready.run();
            }
        });
        atOnce[0] = false;
    }

    private void render(Prepared fresh, GroupFileSet wanted, Collection<String> before, boolean ask,
            Consumer<Optional<Refusal>> done) {
        boolean otherFiles = !this.files.nothingToSwap(wanted);
        boolean asks = fresh.has(Hook.CHECK) && (ask || otherFiles);
        try {
            if (this.staging.nothingToDo(fresh.rendering(), before) && !(asks && otherFiles)) {
                done.accept(swapFiles(fresh, wanted));
                return;
            }
            this.staging.write(fresh.rendering(), fresh.runAs());
            if (asks) {
                this.files.show(wanted, this.staging.makeFiles(fresh.runAs()));
                this.check = this.hooks.start(Hook.CHECK, fresh, this.staging.path(),
                        (result) -> checked(result, fresh, wanted, before, done));
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
        done.accept(swap(fresh, wanted, before));
    }

    private void checked(HookRun.Result result, Prepared fresh, GroupFileSet wanted, Collection<String> before,
            Consumer<Optional<Refusal>> done) {
        this.check = null;
        if (result.ok()) {
            done.accept(swap(fresh, wanted, before));
        }
        else {
            discard();
            done.accept(Optional.of(Refusal.of(result.text())));
        }
        this.ready.run();
    }

    private Optional<Refusal> swap(Prepared fresh, GroupFileSet wanted, Collection<String> before) {
        try {
            this.staging.swap(fresh.rendering(), fresh.runAs(), before);
        }
        catch (IOException ex) {
            return Optional.of(unwritten(ex));
        }
        return swapFiles(fresh, wanted);
    }

    private Optional<Refusal> swapFiles(Prepared fresh, GroupFileSet wanted) {
        if (this.files.nothingToSwap(wanted)) {
            return Optional.empty();
        }
        try {
            this.updated = this.files.swap(wanted, fresh.has(Hook.FILE_UPDATED));
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
        this.files.discard();
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
        this.cancelled = why;
        if (this.check != null) {
            this.check.stop(why);
        }
    }

    /** Nobody hears of anything any longer. */
    void abandon() {
        this.files.abandon();
        if (this.check != null) {
            this.check.abandon();
        }
    }

}
