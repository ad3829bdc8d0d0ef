package dev.muster.service;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the {@code health-check} hook: at once when the process runs and after every
 * change, soon again until the first good answer, then at its interval. After the first
 * good answer the next question is delayed by chance, so that services that started
 * together are not asked together. Lives on the service's loop.
 */
final class HealthWatch {

    private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

    /** What is not well is asked again after so long at most. */
    private static final Duration UNWELL = Duration.ofSeconds(30);

    /** What has just started is asked again after this, then after twice as long. */
    private static final Duration WARMING_UP = Duration.ofSeconds(1);

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final Loop loop;

    private final Hooks hooks;

    private final RandomGenerator random;

    private final Supplier<Duration> interval;

    private final Runnable changed;

    private HealthReport report;

    private @Nullable Prepared watched;

    private @Nullable HookRun running;

    private Loop.Timer next = NO_TIMER;

    private boolean again;

    private boolean spread;

    /** How soon to ask again what was not yet well since its start or change. */
    private Duration warming = WARMING_UP;

    /** The hook that runs asks about a process that is gone. */
    private boolean stale;

    /** On the loop's clock, when the hook began that answered last. */
    private Duration answeredFor = Duration.ofSeconds(Long.MIN_VALUE);

    private Duration began = Duration.ZERO;

    /**
     * @param interval asked each time; longer than zero
     * @param changed hears of every answer
     */
    HealthWatch(Loop loop, Hooks hooks, RandomGenerator random, Supplier<Duration> interval, Runnable changed) {
        this.loop = loop;
        this.hooks = hooks;
        this.random = random;
        this.interval = interval;
        this.changed = changed;
        this.report = new HealthReport(Health.UNKNOWN, loop.clock().instant(), Optional.empty(), "", "", "");
    }

    HealthReport report() {
        return this.report;
    }

    /** Whether the answer that holds is one to a question after this moment. */
    boolean answeredSince(Duration uptime) {
        return this.answeredFor.compareTo(uptime) >= 0;
    }

    /** The process runs: watched from now on. */
    void begin(Prepared prepared) {
        end(Health.UNKNOWN, "");
        this.watched = prepared;
        this.spread = true;
        this.warming = WARMING_UP;
        if (prepared.has(Hook.HEALTH_CHECK)) {
            look();
        }
        else {
            become(Health.OK, Optional.empty(), "", "", "");
        }
    }

    /** The process goes on with other files. */
    void changedTo(Prepared prepared) {
        if (this.watched == null) {
            return;
        }
        boolean before = this.watched.has(Hook.HEALTH_CHECK);
        this.watched = prepared;
        this.warming = WARMING_UP;
        if (prepared.has(Hook.HEALTH_CHECK)) {
            look();
        }
        else if (before) {
            begin(prepared);
        }
    }

    /** Asks now, or again as soon as the answer is there that is being waited for. */
    private void look() {
        this.next.cancel();
        Prepared prepared = this.watched;
        if (prepared == null || !prepared.has(Hook.HEALTH_CHECK)) {
            return;
        }
        if (this.running != null) {
            this.again = true;
            return;
        }
        this.again = false;
        this.began = this.loop.uptime();
        try {
            this.running = this.hooks.start(Hook.HEALTH_CHECK, prepared, this::answered);
        }
        catch (StartException ex) {
            take(Health.UNKNOWN, ex.getMessage(), "", "");
        }
    }

    private void answered(HookRun.Result result) {
        this.running = null;
        if (this.stale || this.watched == null) {
            this.stale = false;
            look();
            return;
        }
        Health health = switch (result.code().orElse(-1)) {
            case 0 -> Health.OK;
            case 1 -> Health.WARNING;
            case 2 -> Health.CRITICAL;
            default -> Health.UNKNOWN;
        };
        take(health, (health == Health.OK) ? "" : result.text(), result.output(), result.errors());
    }

    private void take(Health health, String reason, String output, String errors) {
        this.answeredFor = this.began;
        become(health, Optional.of(this.loop.clock().instant()), reason, output, errors);
        if (this.again) {
            look();
        }
        else {
            this.next = this.loop.after(pause(health), this::look);
        }
        this.changed.run();
    }

    private Duration pause(Health health) {
        Duration usual = this.interval.get();
        if (health != Health.OK) {
            Duration unwell = shorter(usual, UNWELL);
            Duration pause = (health == Health.WARNING) ? unwell : shorter(this.warming, unwell);
            this.warming = (health == Health.WARNING) ? UNWELL : shorter(this.warming.multipliedBy(2), UNWELL);
            return pause;
        }
        this.warming = UNWELL;
        if (this.spread) {
            this.spread = false;
            return Duration.ofMillis(this.random.nextLong(usual.toMillis() + 1));
        }
        return usual;
    }

    private static Duration shorter(Duration one, Duration other) {
        return (one.compareTo(other) < 0) ? one : other;
    }

    private void become(Health health, Optional<Instant> checked, String reason, String output, String errors) {
        boolean other = health != this.report.health();
        if (other && checked.isPresent()) {
            log.info("Health changed: from={} to={} reason={}", this.report.health().wireName(), health.wireName(),
                    reason);
        }
        Instant since = other ? this.loop.clock().instant() : this.report.since();
        this.report = new HealthReport(health, since, checked, reason, output, errors);
    }

    /** There is no process to be asked about. */
    void end(Health health, String reason) {
        this.watched = null;
        this.next.cancel();
        this.again = false;
        if (this.running != null) {
            this.stale = true;
            this.running.stop("health-check hook was stopped with its service");
        }
        become(health, Optional.empty(), reason, "", "");
    }

    /** Nobody is asked any longer. */
    void abandon() {
        this.watched = null;
        this.next.cancel();
        if (this.running != null) {
            this.running.abandon();
        }
    }

}
