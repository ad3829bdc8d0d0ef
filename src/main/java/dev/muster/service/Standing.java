package dev.muster.service;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;

/**
 * Where a service stands: the state of its process, by what order, made of what. Written
 * on the service's loop.
 */
final class Standing {

    private final Loop loop;

    private ProcessState state = ProcessState.DOWN;

    private Instant since;

    private Duration upSince = Duration.ZERO;

    /** Those that hear the output of a process read the group's name from it. */
    private volatile Order order;

    private @Nullable Prepared prepared;

    Standing(Loop loop, Order order) {
        this.loop = loop;
        this.order = order;
        this.since = loop.clock().instant();
    }

    ProcessState state() {
        return this.state;
    }

    boolean up() {
        return this.state == ProcessState.UP;
    }

    /** When the state was reached. */
    Instant since() {
        return this.since;
    }

    /** How long it has been up. */
    Duration upFor() {
        return this.loop.uptime().minus(this.upSince);
    }

    void become(ProcessState next) {
        if (!this.state.mayBecome(next)) {
            throw new IllegalStateException("A service that is " + this.state + " does not become " + next);
        }
        this.state = next;
        this.since = this.loop.clock().instant();
        if (next == ProcessState.UP) {
            this.upSince = this.loop.uptime();
        }
    }

    /** It is up already, and has been since an earlier run of the node. */
    void wasUpSince(Instant earlier) {
        this.since = earlier;
    }

    /** By what the process that runs was started, or last rendered. */
    Order order() {
        return this.order;
    }

    void order(Order other) {
        this.order = other;
    }

    String group() {
        return this.order.group();
    }

    /** What runs, or ran last; empty before the first start. */
    Optional<Prepared> prepared() {
        return Optional.ofNullable(this.prepared);
    }

    void prepared(Prepared other) {
        this.prepared = other;
    }

}
