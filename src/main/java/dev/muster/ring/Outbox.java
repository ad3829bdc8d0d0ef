package dev.muster.ring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that wait for one thread to send them, so that nobody else ever waits for the
 * network. Bounded in number and bytes.
 */
final class Outbox {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    /** From this part of the bounds on, nothing new should be begun. */
    private static final double CONGESTED = 0.75;

    private final RingConfig.Limits limits;

    private final Sending sending;

    private final Thread thread;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = this.lock.newCondition();

    private final Deque<Letter> waiting = new ArrayDeque<>();

    private boolean busy;

    private boolean closed;

    /** Written under the lock, read without. */
    private volatile int messages;

    /** Written under the lock, read without. */
    private volatile long bytes;

    Outbox(String name, RingConfig.Limits limits, Sending sending) {
        this.limits = limits;
        this.sending = sending;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    void start() {
        this.thread.start();
    }

    /**
     * Takes a message if there is room; never waits.
     * @return false when there is none
     */
    boolean offer(@Nullable Address to, byte[] message) {
        return add(new Letter(to, message), false);
    }

    /**
     * Takes one of the ring's own messages, few and small, also where there is no room.
     */
    void add(Address to, byte[] message) {
        add(new Letter(to, message), true);
    }

    private boolean add(Letter letter, boolean always) {
        this.lock.lock();
        try {
            boolean full = this.waiting.size() >= this.limits.messages()
                    || (this.bytes > 0 && this.bytes + letter.message.length > this.limits.bytes());
            if (this.closed || (full && !always)) {
                return false;
            }
            this.waiting.add(letter);
            count(letter.message.length);
            this.changed.signalAll();
            return true;
        }
        finally {
            this.lock.unlock();
        }
    }

    private void count(int more) {
        this.bytes = this.bytes + more;
        this.messages = this.waiting.size();
    }

    boolean congested() {
        return this.messages >= CONGESTED * this.limits.messages() || this.bytes >= CONGESTED * this.limits.bytes();
    }

    int size() {
        return this.messages;
    }

    private void run() {
        while (true) {
            Letter letter;
            this.lock.lock();
            try {
                this.busy = false;
                this.changed.signalAll();
                while (this.waiting.isEmpty() && !this.closed) {
                    this.changed.await();
                }
                letter = this.waiting.poll();
                if (letter == null) {
                    return;
                }
                count(-letter.message.length);
                this.busy = true;
            }
            catch (InterruptedException ex) {
                return;
            }
            finally {
                this.lock.unlock();
            }
            try {
                this.sending.send(letter.to, letter.message);
            }
            catch (Exception ex) {
                // A lost message is one of the ordinary losses that anti-entropy repairs.
                log.debug("Message not sent: to={} bytes={} reason={}", letter.to, letter.message.length,
                        ex.toString());
            }
        }
    }

    /**
     * Takes nothing more, sends what waits for at most so long, and ends the thread.
     */
    void close(Duration time) {
        this.lock.lock();
        try {
            this.closed = true;
            this.changed.signalAll();
            long left = time.toNanos();
            while ((this.busy || !this.waiting.isEmpty()) && this.thread.isAlive() && left > 0) {
                left = this.changed.awaitNanos(left);
            }
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        finally {
            this.lock.unlock();
        }
        this.thread.interrupt();
    }

    /** What takes a message to the network; may wait as long as it needs. */
    @FunctionalInterface
    interface Sending {

        /**
         * @param to whom; null for everybody else
         */
        void send(@Nullable Address to, byte[] message) throws Exception;

    }

    private record Letter(@Nullable Address to, byte[] message) {
    }

}
