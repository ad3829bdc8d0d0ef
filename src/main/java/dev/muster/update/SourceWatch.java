package dev.muster.update;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import dev.muster.loop.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a source for one of its channels, now and then, and never twice at a time. What
 * was read last holds while nothing can be read. Owned by the node's loop.
 */
final class SourceWatch {

    private static final Logger log = LoggerFactory.getLogger(SourceWatch.class);

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final SourceAddress address;

    private final SourceFinder finder;

    private final Loop loop;

    private final Executor worker;

    private final RandomGenerator random;

    private final Duration period;

    private final Consumer<SourceWatch> news;

    private Loop.Timer timer = NO_TIMER;

    private boolean asking;

    private boolean ended;

    private Optional<Channel> channel = Optional.empty();

    private Optional<Poll> last = Optional.empty();

    /**
     * @param worker runs what waits for disk and network
     * @param period from one question to the next, on the average
     * @param news hears of each answer, also of none
     */
    SourceWatch(SourceAddress address, SourceFinder finder, Loop loop, Executor worker, RandomGenerator random,
            Duration period, Consumer<SourceWatch> news) {
        this.address = address;
        this.finder = finder;
        this.loop = loop;
        this.worker = worker;
        this.random = random;
        this.period = period;
        this.news = news;
    }

    /** Nodes that were started together do not ask together. */
    void begin() {
        askAfter(Duration.ofMillis(this.random.nextLong(this.period.toMillis() / 10 + 1)));
    }

    /** Asks now, unless it does already. */
    void hasten() {
        this.timer.cancel();
        ask();
    }

    void end() {
        this.ended = true;
        this.timer.cancel();
    }

    SourceAddress address() {
        return this.address;
    }

    /** As it was read last; empty while it never was. */
    Optional<Channel> channel() {
        return this.channel;
    }

    Optional<Poll> last() {
        return this.last;
    }

    private void askAfter(Duration delay) {
        this.timer = this.loop.after(delay, this::ask);
    }

    private void ask() {
        if (this.asking || this.ended) {
            return;
        }
        this.asking = true;
        this.worker.execute(() -> {
            Channel read = null;
            String problem = "";
            try {
                read = read(this.finder, this.address);
            }
            catch (IOException | RuntimeException ex) {
                problem = (ex.getMessage() != null) ? ex.getMessage() : ex.toString();
            }
            Channel found = read;
            String why = problem;
            this.loop.execute(() -> answered(found, why));
        });
    }

    /**
     * Reads a channel. Waits.
     * @throws IOException when it cannot be had, or is none; its message stands for
     * itself
     */
    static Channel read(SourceFinder finder, SourceAddress address) throws IOException {
        byte[] text = finder.find(address.url()).channel(address.channel());
        try {
            return Channel.parse(text);
        }
        catch (InvalidChannelException ex) {
            throw new IOException(
                    "channel " + address.channel() + " of " + address.url() + " cannot be read: " + ex.getMessage(),
                    ex);
        }
    }

    private void answered(@Nullable Channel read, String problem) {
        this.asking = false;
        if (this.ended) {
            return;
        }
        String before = this.last.map(Poll::problem).orElse("");
        this.last = Optional.of(new Poll(this.loop.clock().instant(), problem));
        if (read != null) {
            this.channel = Optional.of(read);
        }
        if (!problem.equals(before)) {
            if (problem.isEmpty()) {
                log.info("Source of packages answers again: source={} channel={}", this.address.url(),
                        this.address.channel());
            }
            else {
                log.warn("Source of packages cannot be asked, it is tried on and on: source={} channel={} reason={}",
                        this.address.url(), this.address.channel(), problem);
            }
        }
        // A tenth more or less, so that those who came together do not stay together.
        long millis = this.period.toMillis();
        askAfter(Duration.ofMillis(millis - millis / 10 + this.random.nextLong(millis / 5 + 1)));
        this.news.accept(this);
    }

}
