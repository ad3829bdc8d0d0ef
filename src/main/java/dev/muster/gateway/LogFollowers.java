package dev.muster.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

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

    private final JsonMapper json;

    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

    private final Semaphore places = new Semaphore(MOST);

    private final ScheduledThreadPoolExecutor heart;

    LogFollowers(Services services, JsonMapper json, Duration heartbeat) {
        this.services = services;
        this.json = json;
        this.heart = new ScheduledThreadPoolExecutor(1, (task) -> {
            Thread thread = new Thread(task, "muster-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        this.heart.scheduleWithFixedDelay(() -> this.followers.forEach(Follower::beat), heartbeat.toMillis(),
                heartbeat.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Answers with events for as long as there are any. Not by Spring's emitter: that one
     * keeps in memory what is said before the request's own thread is done, and writes it
     * on that.
     * @throws ProblemException when too many read along already
     */
    void follow(String service, LineLog lines, int last, HttpServletRequest request, HttpServletResponse response) {
        if (!this.places.tryAcquire()) {
            throw new ProblemException(ProblemType.UNAVAILABLE, MOST
                    + " readers follow logs of this node already, which is the most; end one of them, or ask without follow");
        }
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(0);
        Follower follower = new Follower(service, async);
        async.addListener(follower.ends());
        this.followers.add(follower);
        follower.start(lines, last);
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

        private final String service;

        private final AsyncContext async;

        /** Held while something is written, which a slow reader may draw out. */
        private final ReentrantLock writing = new ReentrantLock();

        private final AtomicBoolean gone = new AtomicBoolean();

        private volatile LineLog.@Nullable Following following;

        private Follower(String service, AsyncContext async) {
            this.service = service;
            this.async = async;
        }

        private void start(LineLog lines, int last) {
            // So that the answer begins, also where there is no line yet.
            send(":here\n\n");
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

        private AsyncListener ends() {
            return new AsyncListener() {

                @Override
                public void onComplete(AsyncEvent event) {
                    gone();
                }

                @Override
                public void onTimeout(AsyncEvent event) {
                    gone();
                }

                @Override
                public void onError(AsyncEvent event) {
                    gone();
                }

                @Override
                public void onStartAsync(AsyncEvent event) {
                    log.trace("Reading along goes on: service={}", Follower.this.service);
                }

            };
        }

        @Override
        public void line(LineLog.Entry entry) {
            send("data:" + json(LogController.LogLine.of(entry)) + "\n\n");
        }

        @Override
        public void skipped(long lines) {
            send("event:skipped\ndata:" + json(Map.of("lines", lines)) + "\n\n");
        }

        @Override
        public void ended() {
            String reason = isLoaded() ? "stopping" : "unloaded";
            send("event:ended\ndata:" + json(Map.of("reason", reason)) + "\n\n");
            end();
        }

        private String json(Object value) {
            return LogFollowers.this.json.writeValueAsString(value);
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
                    send(":here\n\n");
                }
                finally {
                    this.writing.unlock();
                }
            }
            // Else something is being written, which finds out as well.
        }

        private void send(String event) {
            this.writing.lock();
            try {
                if (!this.gone.get()) {
                    OutputStream out = this.async.getResponse().getOutputStream();
                    out.write(event.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
            catch (IOException | IllegalStateException ex) {
                log.debug("Reader of a log is gone: service={} reason={}", this.service, ex.toString());
                end();
            }
            finally {
                this.writing.unlock();
            }
        }

        private void end() {
            if (!this.gone.get()) {
                gone();
                try {
                    this.async.complete();
                }
                catch (IllegalStateException ex) {
                    log.debug("Answer was over already: service={}", this.service);
                }
            }
        }

    }

}
