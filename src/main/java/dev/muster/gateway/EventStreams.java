package dev.muster.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * Answers that go on: server-sent events. Whoever sends them has a thread for each; a
 * sign of life every few seconds finds those readers that have gone without a word. Not
 * by Spring's emitter: that one keeps in memory what is said before the request's own
 * thread is done, and writes it on that.
 */
final class EventStreams implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(EventStreams.class);

    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private static final String SIGN_OF_LIFE = ":here\n\n";

    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

    private final ScheduledThreadPoolExecutor heart;

    private volatile boolean running;

    EventStreams(Duration heartbeat) {
        this.heart = new ScheduledThreadPoolExecutor(1, (task) -> {
            Thread thread = new Thread(task, "muster-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        this.heart.scheduleWithFixedDelay(() -> this.streams.forEach(EventStream::beat), heartbeat.toMillis(),
                heartbeat.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Begins an answer, for as long as there is something to say.
     * @param places how many more there may be of its kind
     * @param refusal what to say when there may be none
     * @throws ProblemException when there may be none
     */
    EventStream open(Semaphore places, String refusal, HttpServletRequest request, HttpServletResponse response) {
        if (!places.tryAcquire()) {
            throw new ProblemException(ProblemType.UNAVAILABLE, refusal);
        }
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(0);
        EventStream stream = new EventStream(async, places);
        async.addListener(stream.ends());
        this.streams.add(stream);
        // So that the answer begins, also where there is nothing to say yet.
        stream.send(SIGN_OF_LIFE);
        return stream;
    }

    @Override
    public void start() {
        this.running = true;
    }

    /**
     * Before the web server stops: those who are being told of an end are to hear of it.
     */
    @Override
    public void stop() {
        this.running = false;
        this.heart.shutdownNow();
        this.streams.stream().filter((stream) -> stream.endsWithNode).forEach(EventStream::end);
        long end = System.nanoTime() + LAST_WORDS.toNanos();
        this.streams.forEach((stream) -> stream.awaitEnd(end - System.nanoTime()));
        if (!this.streams.isEmpty()) {
            log.debug("Readers of events are left behind: readers={}", this.streams.size());
        }
        this.streams.forEach(EventStream::gone);
    }

    @Override
    public boolean isRunning() {
        return this.running;
    }

    /** One of them. Any thread may send, one after another. */
    final class EventStream {

        private final AsyncContext async;

        private final Semaphore places;

        /** Held while something is written, which a slow reader may draw out. */
        private final ReentrantLock writing = new ReentrantLock();

        private final AtomicBoolean gone = new AtomicBoolean();

        private final CountDownLatch over = new CountDownLatch(1);

        private volatile @Nullable Runnable whenGone;

        private volatile boolean endsWithNode;

        private EventStream(AsyncContext async, Semaphore places) {
            this.async = async;
            this.places = places;
        }

        /** What to do once nobody reads any longer; at once when that is so already. */
        void whenGone(Runnable action) {
            this.whenGone = action;
            if (this.gone.get()) {
                action.run();
            }
        }

        /** Nothing is left to be said when the node stops. */
        void endsWithNode() {
            this.endsWithNode = true;
        }

        /** Waits while the reader is slow. */
        void event(@Nullable String id, @Nullable String name, String data) {
            send(((id != null) ? "id:" + id + "\n" : "") + ((name != null) ? "event:" + name + "\n" : "") + "data:"
                    + data + "\n\n");
        }

        private void send(String text) {
            this.writing.lock();
            try {
                if (!this.gone.get()) {
                    OutputStream out = this.async.getResponse().getOutputStream();
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
            catch (IOException | RuntimeException ex) {
                // A server that has taken the answer back fails as it likes at what is
                // still said; and who is
                // told next must not suffer from it.
                log.debug("Reader of events is gone: reason={}", ex.toString());
                end();
            }
            finally {
                this.writing.unlock();
            }
        }

        /** Finds out whether the reader is still there. */
        private void beat() {
            if (this.writing.tryLock()) {
                try {
                    send(SIGN_OF_LIFE);
                }
                finally {
                    this.writing.unlock();
                }
            }
            // Else something is being written, which finds out as well.
        }

        /** Nothing more is to be said. */
        void end() {
            if (!this.gone.get()) {
                gone();
                try {
                    this.async.complete();
                }
                catch (RuntimeException ex) {
                    log.debug("Answer was over already: reason={}", ex.toString());
                }
            }
        }

        private void awaitEnd(long nanos) {
            try {
                if (!this.over.await(nanos, TimeUnit.NANOSECONDS)) {
                    log.trace("Reader has not heard the end");
                }
            }
            catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }

        private void gone() {
            if (!this.gone.getAndSet(true)) {
                EventStreams.this.streams.remove(this);
                this.places.release();
                this.over.countDown();
            }
            Runnable action = this.whenGone;
            if (action != null) {
                action.run();
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
                    log.trace("An answer goes on");
                }

            };
        }

    }

}
