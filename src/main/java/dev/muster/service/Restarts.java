package dev.muster.service;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.loop.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why and how often the process of a service has to be started again, and how long that
 * waits. Lives on the service's loop.
 */
final class Restarts {

    private static final Logger log = LoggerFactory.getLogger(Restarts.class);

    private final Surroundings around;

    private final Loop loop;

    private Failures failures = Failures.NONE;

    private Optional<Exit> lastExit = Optional.empty();

    private OptionalLong oldPid = OptionalLong.empty();

    private String reason = "";

    private Loop.Timer wait = () -> {
    };

    Restarts(Surroundings around, Loop loop) {
        this.around = around;
        this.loop = loop;
    }

    Failures failures() {
        return this.failures;
    }

    Optional<Exit> lastExit() {
        return this.lastExit;
    }

    /** Why the next start is one; empty if nothing ran before it. */
    String reason() {
        return this.reason;
    }

    /** A process ended, whether it was asked to or not. */
    void exited(Exit exit) {
        this.lastExit = Optional.of(exit);
    }

    /**
     * The process ended on its own.
     * @param ran how long it did
     */
    void failed(String group, Exit exit, Duration ran) {
        this.failures = this.failures.another(ran, this.around.backoff().proved());
        log.warn("Service ended on its own: group={} pid={} exit={} failures={}", group, exit.pid(), exit,
                this.failures.inARow());
        replaces(OptionalLong.of(exit.pid()), exit.toString());
    }

    /** It could not be started. */
    void failedToStart(String group, String why) {
        this.failures = this.failures.another(Duration.ZERO, this.around.backoff().proved());
        log.warn("Service not started: group={} reason={} failures={}", group, why, this.failures.inARow());
    }

    /** Somebody wants it so: the next failure is the first again. */
    void forgive() {
        this.failures = this.failures.forgiven();
    }

    /** The next process comes in place of that one, for this reason. */
    void replaces(OptionalLong pid, String why) {
        this.oldPid = pid;
        this.reason = why;
    }

    /** The next start does not wait any longer, since something else is to run. */
    void hastened() {
        if (!this.reason.isEmpty()) {
            replaces(this.oldPid, "new configuration, after: " + this.reason);
        }
    }

    /** The next start is the first of something new. */
    void forget() {
        replaces(OptionalLong.empty(), "");
    }

    void started(String group, long pid) {
        if (this.oldPid.isPresent()) {
            log.info("Service restarted: group={} oldPid={} newPid={} reason={}", group, this.oldPid.getAsLong(), pid,
                    this.reason);
        }
        else {
            log.info("Service started: group={} pid={}", group, pid);
        }
        forget();
    }

    /** Waits as long as that many failures ask for. */
    void await(Runnable over) {
        this.wait = this.loop.after(pauseAfter(this.failures.inARow()), over);
    }

    /**
     * How long something waits that has failed so often in a row.
     * @param inARow at least 1
     */
    Duration pauseAfter(int inARow) {
        return this.around.backoff().delay(inARow, this.around.random());
    }

    void endWait() {
        this.wait.cancel();
    }

}
