package dev.muster.service;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import dev.muster.config.DurationText;
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

    private final Supplier<Order> order;

    private final Duration usualSettle;

    private final Runnable report;

    private Loop.Timer settle = NO_TIMER;

    private Loop.Timer deadline = NO_TIMER;

    /** What the process has come to run with under another name, without a change. */
    private Optional<AppliedConfig> renamed = Optional.empty();

    /** On the loop's clock, since when it has to stay well. */
    private Duration wellSince = Duration.ZERO;

    /** On the loop's clock, when the rung was taken that waits for a good answer. */
    private Optional<Duration> asked = Optional.empty();

    /**
     * @param order says how long to stay well, and by when to be
     * @param usualSettle where the order does not say
     */
    Milestones(Loop loop, Memory memory, HealthWatch health, Supplier<Order> order, Duration usualSettle,
            Runnable report) {
        this.loop = loop;
        this.memory = memory;
        this.health = health;
        this.order = order;
        this.usualSettle = usualSettle;
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
            awaitAnswer();
        }
        else if (next.rung().settles() || (next.rung() == Rung.HEALTHY && !next.settled())) {
            staysWell(this.loop.uptime());
        }
        return this.asked.isPresent();
    }

    private Optional<AppliedConfig> config() {
        return this.renamed.filter((latest) -> progress().revision().equals(Optional.of(latest.revisionId())))
            .or(() -> this.order.get().applied());
    }

    private void awaitAnswer() {
        this.deadline.cancel();
        this.deadline = config().flatMap(AppliedConfig::deadline)
            .map((patience) -> this.loop.after(patience, () -> late(patience)))
            .orElse(NO_TIMER);
    }

    private void staysWell(Duration since) {
        this.settle.cancel();
        this.wellSince = since;
        Duration rest = config().flatMap(AppliedConfig::settle)
            .orElse(this.usualSettle)
            .minus(this.loop.uptime().minus(since));
        this.settle = this.loop.after(rest.isNegative() ? Duration.ZERO : rest, this::settled);
    }

    /** A rung that nothing has to follow by itself. */
    void take(Progress next) {
        unsettle();
        this.memory.keep(this.memory.state().at(next));
    }

    /**
     * The same rung, said of another name for what it speaks of, whose order may give
     * other times. How long it has been well counts; its deadline begins anew.
     */
    void rename(Progress next, Optional<AppliedConfig> other) {
        boolean another = !next.revision().equals(progress().revision());
        this.renamed = other;
        this.memory.keep(this.memory.state().at(next));
        if (another && this.settle != NO_TIMER) {
            staysWell(this.wellSince);
        }
        if (another && this.asked.isPresent() && next.rung().settles()) {
            awaitAnswer();
        }
    }

    /** The health check has answered. */
    void answered() {
        HealthReport now = this.health.report();
        boolean well = now.health() == Health.OK || now.health() == Health.WARNING;
        if (well && this.asked.filter(this.health::answeredSince).isPresent()) {
            Progress before = progress();
            take(before.at(Rung.HEALTHY, (before.rung() == Rung.FAILED) ? "" : before.reason()));
            if (!progress().settled()) {
                staysWell(this.loop.uptime());
            }
            this.report.run();
        }
        else if (!well && this.settle != NO_TIMER && progress().rung() == Rung.HEALTHY) {
            failed("is not healthy through the settle time: " + now.health().wireName()
                    + (now.reason().isEmpty() ? "" : ", " + now.reason()));
        }
    }

    private void settled() {
        take(progress().at(Rung.HEALTHY).withSettled());
        this.report.run();
    }

    private void late(Duration patience) {
        HealthReport now = this.health.report();
        failed("is not healthy after " + DurationText.write(patience) + ": " + now.health().wireName()
                + (now.reason().isEmpty() ? "" : ", " + now.reason()));
    }

    /** A good answer may still come, and then counts. */
    private void failed(String why) {
        take(progress().at(Rung.FAILED, why));
        this.asked = Optional.of(this.loop.uptime());
        this.report.run();
    }

    /** Nothing follows by itself any longer. */
    void unsettle() {
        this.settle.cancel();
        this.settle = NO_TIMER;
        this.deadline.cancel();
        this.deadline = NO_TIMER;
        this.asked = Optional.empty();
    }

}
