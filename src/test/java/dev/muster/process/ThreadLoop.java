package dev.muster.process;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.muster.loop.Loop;

/**
 * A loop on a thread of its own; once cut off it does nothing more, as if its node were
 * killed.
 */
final class ThreadLoop implements Loop, AutoCloseable {

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    private final long origin = System.nanoTime();

    @Override
    public void execute(Runnable task) {
        if (!this.thread.isShutdown()) {
            this.thread.execute(task);
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        if (this.thread.isShutdown()) {
            return () -> {
            };
        }
        Future<?> future = this.thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - this.origin);
    }

    @Override
    public InstantSource clock() {
        return Instant::now;
    }

    @Override
    public void close() {
        this.thread.shutdownNow();
    }

}
