package dev.muster.gateway;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import dev.muster.service.LineLog;
import dev.muster.service.Services;
import dev.muster.service.UnknownServiceException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Those who read along in logs, as server-sent events. Each has a thread of the log's; a
 * sign of life every few seconds finds those that have gone without a word.
 */
final class LogFollowers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LogFollowers.class);

    /** As many threads, which other requests shall not be short of. */
    private static final int MOST = 50;

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private volatile boolean running;

    private final Services services;

    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

    private final Semaphore places = new Semaphore(MOST);

    private final ScheduledThreadPoolExecutor heart;

    LogFollowers(Services services, Duration heartbeat) {
        this.services = services;
        this.heart = new ScheduledThreadPoolExecutor(1, (task) -> {
            Thread thread = new Thread(task, "muster-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        this.heart.scheduleWithFixedDelay(() -> this.followers.forEach(Follower::beat), heartbeat.toMillis(),
                heartbeat.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * @throws ProblemException when too many read along already
     */
    SseEmitter follow(String service, LineLog lines, int last) {
        if (!this.places.tryAcquire()) {
            throw new ProblemException(ProblemType.UNAVAILABLE, MOST
                    + " readers follow logs of this node already, which is the most; end one of them, or ask without follow");
        }
        Follower follower = new Follower(service);
        this.followers.add(follower);
        follower.start(lines, last);
        return follower.emitter;
    }

    /** How many read along now. */
    int count() {
        return MOST - this.places.availablePermits();
    }

    @Override
    public void start() {
        this.running = true;
    }

    /** Before the web server stops: whose log has ended is to hear of that. */
    @Override
    public void stop() {
        this.running = false;
        this.heart.shutdownNow();
        try {
            if (!this.places.tryAcquire(MOST, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("Readers of logs are left behind: readers={}", count());
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        this.followers.forEach(Follower::gone);
    }

    @Override
    public boolean isRunning() {
        return this.running;
    }

    /** One of them. */
    private final class Follower implements LineLog.Listener {

        private final SseEmitter emitter = new SseEmitter(0L);

        private final String service;

        /** Held while something is written, which a slow reader may draw out. */
        private final ReentrantLock writing = new ReentrantLock();

        private final AtomicBoolean gone = new AtomicBoolean();

        private volatile LineLog.@Nullable Following following;

        private Follower(String service) {
            this.service = service;
            this.emitter.onCompletion(this::gone);
            this.emitter.onError((failure) -> gone());
            this.emitter.onTimeout(this::gone);
        }

        private void start(LineLog lines, int last) {
            LineLog.Following started = lines.follow(last, this);
            this.following = started;
            if (this.gone.get()) {
                started.stop();
            }
        }

        private void gone() {
            LineLog.Following started = this.following;
            if (started != null) {
                started.stop();
            }
            if (!this.gone.getAndSet(true)) {
                LogFollowers.this.followers.remove(this);
                LogFollowers.this.places.release();
            }
        }

        @Override
        public void line(LineLog.Entry entry) {
            send(SseEmitter.event().data(LogController.LogLine.of(entry)));
        }

        @Override
        public void skipped(long lines) {
            send(SseEmitter.event().name("skipped").data(Map.of("lines", lines)));
        }

        @Override
        public void ended() {
            send(SseEmitter.event().name("ended").data(Map.of("reason", isLoaded() ? "stopping" : "unloaded")));
            this.emitter.complete();
        }

        private boolean isLoaded() {
            try {
                return LogFollowers.this.services.status(this.service).desired() != null;
            }
            catch (UnknownServiceException ex) {
                return false;
            }
        }

        /** Finds out whether the reader is still there. */
        private void beat() {
            if (this.writing.tryLock()) {
                try {
                    send(SseEmitter.event().comment("here"));
                }
                finally {
                    this.writing.unlock();
                }
            }
            // Else something is being written, which finds out as well.
        }

        private void send(SseEmitter.SseEventBuilder event) {
            this.writing.lock();
            try {
                this.emitter.send(event);
            }
            catch (IOException | IllegalStateException ex) {
                log.debug("Reader of a log is gone: service={} reason={}", this.service, ex.toString());
                gone();
            }
            finally {
                this.writing.unlock();
            }
        }

    }

}
