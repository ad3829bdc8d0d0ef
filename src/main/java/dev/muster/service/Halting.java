package dev.muster.service;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way down: the stop signal, the grace, KILL, and when nothing is left of the process
 * its {@code post-stop} hook; only then comes the next thing. Lives on the service's
 * loop.
 */
final class Halting {

    private static final Logger log = LoggerFactory.getLogger(Halting.class);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(8);

    private final ServiceParts parts;

    private final ServiceProcess process;

    private final Runnable startLater;

    private @Nullable HookRun postStop;

    /**
     * @param startLater runs when the process is gone that is to be started again after a
     * while
     */
    Halting(ServiceParts parts, ServiceProcess process, Runnable startLater) {
        this.parts = parts;
        this.process = process;
        this.startLater = startLater;
    }

    boolean busy() {
        return this.postStop != null;
    }

    /**
     * @param next what the service becomes when nothing is left
     * @param timeout what the command says about the grace, if anything
     */
    void halt(ProcessState next, Optional<Duration> timeout) {
        this.parts.standing().become(ProcessState.STOPPING);
        this.parts.milestones().unsettle();
        boolean failed = next == ProcessState.BACKOFF;
        this.parts.health()
            .end(failed ? Health.CRITICAL : Health.UNKNOWN, failed ? this.parts.progress().reason() : "");
        this.parts.postRun().end();
        this.parts.memory().keep(this.parts.memory().state().paid(Hook.POST_RUN));
        this.parts.report().run();
        Optional<Prepared> running = this.parts.standing().prepared();
        String signal = running.map((known) -> known.pack().shutdownSignal()).orElse("TERM");
        Duration grace = timeout.or(this.parts.standing().order().spec()::shutdownTimeout)
            .or(() -> running.flatMap((known) -> known.pack().shutdownTimeout()))
            .orElse(DEFAULT_GRACE);
        // Gone at once or later: either way the next order is another task.
        this.process.stop(signal, grace, () -> this.parts.loop().execute(() -> gone(next)));
    }

    private void gone(ProcessState next) {
        this.parts.memory().keep(this.parts.memory().state().stopped());
        this.parts.fencing().ended();
        cleanUp(next);
        this.parts.ready().run();
    }

    /** The last thing that a process is owed, before anything else is done. */
    void cleanUp(ProcessState next) {
        Optional<Prepared> last = this.parts.standing().prepared().filter((known) -> known.has(Hook.POST_STOP));
        if (last.isPresent()) {
            try {
                this.postStop = this.parts.hooks().start(Hook.POST_STOP, last.get(), (result) -> {
                    this.postStop = null;
                    cleanedUp(next);
                    this.parts.ready().run();
                });
                return;
            }
            catch (StartException ex) {
                log.warn("Hook not run: group={} reason={}", this.parts.standing().group(), ex.getMessage());
            }
        }
        cleanedUp(next);
    }

    private void cleanedUp(ProcessState next) {
        this.parts.memory().keep(this.parts.memory().state().paid(Hook.POST_STOP));
        this.parts.standing().become(next);
        if (next == ProcessState.BACKOFF) {
            this.startLater.run();
        }
    }

    /** Nobody hears of anything any longer. */
    void abandon() {
        if (this.postStop != null) {
            this.postStop.abandon();
        }
    }

}
