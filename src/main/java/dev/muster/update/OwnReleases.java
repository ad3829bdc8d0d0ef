package dev.muster.update;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import dev.muster.config.DurationText;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.service.ProcessState;
import dev.muster.service.Rung;
import dev.muster.service.ServiceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What services run that take new releases by themselves: one is installed, tried, and
 * kept when the service is well with it, or taken back and not tried again. Owned by the
 * node's loop; {@link #release} may be called on any thread.
 */
final class OwnReleases {

    private static final Logger log = LoggerFactory.getLogger(OwnReleases.class);

    /** How long a service may take to be well with another release. */
    static final Duration DEADLINE = Duration.ofMinutes(5);

    private final OwnReleaseStore store;

    private final ReleaseInstaller installer;

    private final Loop loop;

    private final Executor worker;

    private final Consumer<String> moved;

    private final Consumer<String> changed;

    private final Map<String, OwnRelease> known = new ConcurrentHashMap<>();

    /** By service, what is being done, or why nothing is. */
    private final Map<String, String> notes = new HashMap<>();

    /** By service, what was logged last of a release that could not be had. */
    private final Map<String, String> complaints = new HashMap<>();

    /** Services for which something is being installed, or written down. */
    private final Set<String> busy = new LinkedHashSet<>();

    private final Map<String, Loop.Timer> deadlines = new HashMap<>();

    /** What is being written: the later word is written later. */
    private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

    /**
     * @param moved hears of a service that is to run another release
     * @param changed hears of a service of which something else is to be shown
     */
    OwnReleases(OwnReleaseStore store, ReleaseInstaller installer, Loop loop, Executor worker, Consumer<String> moved,
            Consumer<String> changed) {
        this.store = store;
        this.installer = installer;
        this.loop = loop;
        this.worker = worker;
        this.moved = moved;
        this.changed = changed;
    }

    /** Waits for the disk when a service is asked for the first time. */
    Optional<PackageIdent> release(String service) {
        return of(service).release();
    }

    private OwnRelease of(String service) {
        return this.known.computeIfAbsent(service, this.store::read);
    }

    Map<PackageIdent, String> refused(String service) {
        return of(service).refused();
    }

    /** What it tries. */
    Optional<PackageIdent> next(String service) {
        OwnRelease own = of(service);
        return own.onTrial() ? own.release() : Optional.empty();
    }

    String note(String service) {
        return this.notes.getOrDefault(service, "");
    }

    /** Releases that it runs, or goes back to. */
    Set<PackageIdent> needed(String service) {
        Set<PackageIdent> needed = new LinkedHashSet<>();
        OwnRelease own = of(service);
        own.release().ifPresent(needed::add);
        own.before().ifPresent(needed::add);
        return needed;
    }

    /** Its source has this one for it. */
    void offered(ServiceStatus status, PackageIdent release, Source source, Channel channel) {
        String service = status.name();
        PackageIdent running = status.ident();
        OwnRelease own = of(service);
        if (this.busy.contains(service) || own.onTrial() || !running.isRelease()) {
            return;
        }
        Optional<String> objection = own.objection(running, release, status.spec().updateCondition());
        if (objection.isPresent()) {
            note(service, objection.get());
            return;
        }
        this.busy.add(service);
        note(service, "installs " + release);
        this.worker.execute(() -> {
            OwnRelease trying = own.trying(release, running);
            try {
                this.installer.install(source.find(), channel, release);
                this.store.write(service, trying);
                this.loop.execute(() -> tries(status.group(), service, trying));
            }
            catch (IOException | RuntimeException ex) {
                String why = (ex.getMessage() != null) ? ex.getMessage() : ex.toString();
                this.loop.execute(() -> notInstalled(service, release, why));
            }
        });
    }

    private void notInstalled(String service, PackageIdent release, String why) {
        this.busy.remove(service);
        String note = release + " cannot be installed: " + why;
        if (!note.equals(this.complaints.put(service, note))) {
            log.warn("New release cannot be installed, it is tried again: service={} package={} reason={}", service,
                    release, why);
        }
        note(service, note);
    }

    private void tries(String group, String service, OwnRelease trying) {
        this.busy.remove(service);
        this.complaints.remove(service);
        this.known.put(service, trying);
        log.info("New release is taken: group={} from={} to={}", group, trying.before().orElseThrow(),
                trying.release().orElseThrow());
        await(service);
        this.moved.accept(service);
    }

    private void await(String service) {
        OwnRelease trying = of(service);
        note(service, "tries " + trying.release().orElseThrow() + ", and goes back to " + trying.before().orElseThrow()
                + " unless it is well with it");
        this.deadlines.put(service, this.loop.after(DEADLINE,
                () -> takeBack(service, trying, "it was not healthy within " + DurationText.write(DEADLINE))));
    }

    /** How a service is now. */
    void heard(ServiceStatus status) {
        OwnRelease own = of(status.name());
        if (!own.onTrial()) {
            return;
        }
        PackageIdent tried = own.release().orElseThrow();
        if (!this.deadlines.containsKey(status.name())) {
            // An earlier life of this node took it.
            await(status.name());
        }
        if (status.ordered().filter(tried::equals).isEmpty()) {
            return;
        }
        boolean over = status.state() == ProcessState.UP || status.state() == ProcessState.BACKOFF;
        if (over && status.rung() == Rung.FAILED) {
            takeBack(status.name(), own, status.reason().isEmpty() ? "it failed" : status.reason());
        }
        else if (status.state() == ProcessState.UP && status.ident().equals(tried) && status.rung() == Rung.HEALTHY) {
            end(status.name());
            log.info("New release is kept: group={} package={}", status.group(), tried);
            write(status.name(), own.proven(), () -> {
            });
        }
    }

    private void takeBack(String service, OwnRelease tried, String why) {
        if (!tried.equals(this.known.get(service))) {
            return;
        }
        end(service);
        log.warn("New release is taken back: service={} package={} to={} reason={}", service,
                tried.release().orElseThrow(), tried.before().orElseThrow(), why);
        write(service, tried.takenBack(why), () -> this.moved.accept(service));
    }

    private void end(String service) {
        Loop.Timer timer = this.deadlines.remove(service);
        if (timer != null) {
            timer.cancel();
        }
        note(service, "");
    }

    /** What is held against releases is forgotten. */
    void forgive(String service) {
        if (!of(service).refused().isEmpty()) {
            write(service, of(service).forgiven(), () -> {
            });
        }
    }

    /** The service is no longer loaded; when it is again, it begins anew. */
    void forget(String service) {
        end(service);
        this.notes.remove(service);
        this.complaints.remove(service);
        if (!of(service).equals(OwnRelease.NONE)) {
            write(service, OwnRelease.NONE, () -> {
            });
        }
    }

    /**
     * It holds also where it cannot be written; then only this life of the node knows.
     */
    private void write(String service, OwnRelease next, Runnable then) {
        this.known.put(service, next);
        this.changed.accept(service);
        this.writing = this.writing.thenRunAsync(() -> {
            try {
                this.store.write(service, next);
            }
            catch (IOException ex) {
                log.warn("What a service runs cannot be written down, a restart of the node forgets it: service={}"
                        + " reason={}", service, ex.toString());
            }
        }, this.worker);
        then.run();
    }

    private void note(String service, String note) {
        this.notes.put(service, note);
        this.changed.accept(service);
    }

    /** The source that an offer came from. */
    @FunctionalInterface
    interface Source {

        PackageSource find() throws IOException;

    }

}
