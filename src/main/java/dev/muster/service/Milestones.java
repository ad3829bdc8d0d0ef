package dev.muster.service;

import java.time.Duration;
import java.util.Optional;

import dev.muster.loop.Loop;

/**
 * How far the service has come with its group's configuration: takes rungs, remembers
 * them on disk, and lets time or the health check do the last step. Lives on the
 * service's loop.
 */
final class Milestones {

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final Loop loop;

    private final Memory memory;

    private final HealthWatch health;

    private final Duration settleTime;

    private final Runnable report;

    private Loop.Timer settle = NO_TIMER;

    /** On the loop's clock, when the rung was taken that waits for a good answer. */
    private Optional<Duration> asked = Optional.empty();

    Milestones(Loop loop, Memory memory, HealthWatch health, Duration settleTime, Runnable report) {
        this.loop = loop;
        this.memory = memory;
        this.health = health;
        this.settleTime = settleTime;
        this.report = report;
    }

    Progress progress() {
        return this.memory.progress();
    }

    /**
     * The process runs with its files, and this is what it took.
     * @param checked whether a health check has to answer before it counts as healthy
     * @return whether it is to be asked now
     */
    boolean settle(Progress next, boolean checked) {
        if (next.equals(progress()) && (this.settle != NO_TIMER || this.asked.isPresent())) {
            return false;
        }
        take(next);
        if (next.rung().settles() && checked) {
            this.asked = Optional.of(this.loop.uptime());
        }
        else if (next.rung().settles()) {
            this.settle = this.loop.after(this.settleTime, this::healthy);
        }
        return this.asked.isPresent();
    }

    /** A rung that nothing has to follow by itself. */
    void take(Progress next) {
        unsettle();
        this.memory.keep(this.memory.state().at(next));
    }

    /** The same rung, said of another name for what it speaks of. */
    void rename(Progress next) {
        this.memory.keep(this.memory.state().at(next));
    }

    /** The health check has answered. */
    void answered() {
        Health now = this.health.report().health();
        boolean well = now == Health.OK || now == Health.WARNING;
        if (well && this.asked.filter(this.health::answeredSince).isPresent()) {
            healthy();
        }
    }

    private void healthy() {
        take(progress().at(Rung.HEALTHY));
        this.report.run();
    }

    /** Nothing follows by itself any longer. */
    void unsettle() {
        this.settle.cancel();
        this.settle = NO_TIMER;
        this.asked = Optional.empty();
    }

}
