package dev.muster.node;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.muster.loop.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop that is a thread. A task that fails is a bug: it is logged loudly, and the tasks
 * behind it still run.
 */
public final class LoopThread implements Loop, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoopThread.class);

    private final String name;

    private final ScheduledThreadPoolExecutor executor;

    private final Supplier<Duration> uptime;

    private final CountDownLatch begun = new CountDownLatch(1);

    /**
     * Of which time stands still while the machine sleeps.
     * @param name of the thread, as it stands in a thread dump
     */
    public LoopThread(String name) {
        this(name, sinceNow());
    }

    /**
     * @param name of the thread, as it stands in a thread dump
     * @param uptime a clock that only goes forward; timers wait by that of the virtual
     * machine all the same
     */
    LoopThread(String name, Supplier<Duration> uptime) {
        this.name = name;
        this.uptime = uptime;
        this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        this.executor.setRemoveOnCancelPolicy(true);
        this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * One whose tasks and timers wait until it begins: for what is still being put
     * together, on another thread, out of parts that the loop is to own.
     * @param name of the thread, as it stands in a thread dump
     */
    static LoopThread held(String name) {
        LoopThread loop = new LoopThread(name);
        loop.executor.execute(loop::awaitBegin);
        return loop;
    }

    private void awaitBegin() {
        try {
            this.begun.await();
        }
        catch (InterruptedException ex) {
            // It has been closed before it began.
            Thread.currentThread().interrupt();
        }
    }

    /** From now on tasks are run. */
    void begin() {
        this.begun.countDown();
    }

    private static Supplier<Duration> sinceNow() {
        long origin = System.nanoTime();
        return () -> Duration.ofNanos(System.nanoTime() - origin);
    }

    @Override
    public void execute(Runnable task) {
        try {
            this.executor.execute(guarded(task));
        }
        catch (RejectedExecutionException ex) {
            log.debug("Task dropped, the loop has ended: loop={}", this.name);
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> scheduled = this.executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }
        catch (RejectedExecutionException ex) {
            log.debug("Timer dropped, the loop has ended: loop={}", this.name);
            return () -> {
            };
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            }
            catch (RuntimeException | Error ex) {
                log.error("A task of a loop failed, which is a defect: loop={}", this.name, ex);
            }
        };
    }

    @Override
    public Duration uptime() {
        return this.uptime.get();
    }

    @Override
    public InstantSource clock() {
        return Clock.systemUTC();
    }

    /**
     * Tasks that wait are dropped; the one that runs is let finish, for five seconds at
     * most.
     */
    @Override
    public void close() {
        this.executor.shutdownNow();
        try {
            if (!this.executor.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("A loop did not end in time: loop={}", this.name);
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

}
