package dev.muster.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

import dev.muster.loop.Loop;

/** A loop that stands still until a test moves it. */
public final class HandLoop implements Loop {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(
            Comparator.comparing(Waiting::at).thenComparing(Waiting::order));

    private Duration now = Duration.ZERO;

    private long order;

    private record Waiting(Duration at, long order, Runnable task) {
    }

    @Override
    public void execute(Runnable task) {
        this.tasks.add(task);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Waiting entry = new Waiting(this.now.plus(delay), this.order++, task);
        this.waiting.add(entry);
        return () -> this.waiting.remove(entry);
    }

    @Override
    public Duration uptime() {
        return this.now;
    }

    @Override
    public InstantSource clock() {
        return () -> START.plus(this.now);
    }

    /** Runs what was posted, and what that posts. */
    public void settle() {
        for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass, timer by timer. */
    public void advance(Duration time) {
        Duration end = this.now.plus(time);
        settle();
        for (Waiting next = this.waiting.peek(); next != null
                && next.at().compareTo(end) <= 0; next = this.waiting.peek()) {
            this.waiting.remove(next);
            this.now = next.at();
            next.task().run();
            settle();
        }
        this.now = end;
    }

}
