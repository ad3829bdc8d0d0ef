package dev.muster.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.muster.key.Sealing;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;
import dev.muster.store.Segment.Place;

/**
 * Durable facts in segment files below one directory. The heap holds where each lies, not
 * what it says.
 *
 * <p>
 * One thread takes everything that waits, writes it, syncs once and completes the batches
 * in the order of their appending. When that fails, they fail, and so does everything
 * after them, until the log has cut off what was not synced, read its file again and
 * begun another one ({@link #condition}). It tries this once a second.
 */
public final class DiskFactLog implements FactLog, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DiskFactLog.class);

    /** What waits in the heap for one sync, in bytes. */
    private static final long MOST_STAGED = 1024 * 1024;

    private final Path directory;

    private final Catalog catalog;

    private final SetAside aside;

    private final Segments segments;

    private final Duration retry;

    private final InstantSource clock;

    private final BlockingQueue<Order> queue = new LinkedBlockingQueue<>();

    private final Thread writer;

    private volatile Condition condition;

    private @Nullable IOException refusing;

    /** Guarded by this: nothing is queued behind the order to stop. */
    private boolean closed;

    private DiskFactLog(Catalog catalog, SetAside aside, Segments segments, Settings settings, InstantSource clock) {
        this.directory = catalog.directory();
        this.catalog = catalog;
        this.aside = aside;
        this.segments = segments;
        this.retry = settings.retry();
        this.clock = clock;
        this.condition = new Condition(true, clock.instant(), "");
        this.writer = new Thread(this::run, "fact-log");
        this.writer.setDaemon(true);
    }

    /**
     * Opens the log in this directory, which is made when it is not there. Damaged bytes
     * are copied to a directory {@code damaged} beside it.
     * @param sealing what every fact is sealed with
     * @param found hears of each fact that is kept, in the order of writing, before this
     * returns
     * @param damaged hears of damage, before this returns and later, then on any thread
     * @throws IOException when it cannot be read or written at all, or was written by a
     * later release
     */
    public static DiskFactLog open(Path directory, Sealing sealing, InstantSource clock, Consumer<Fact> found,
            Consumer<Damage> damaged) throws IOException {
        return open(directory, sealing, clock, found, damaged, Disk.LOCAL, Settings.DEFAULT);
    }

    static DiskFactLog open(Path directory, Sealing sealing, InstantSource clock, Consumer<Fact> found,
            Consumer<Damage> damaged, Disk disk, Settings settings) throws IOException {
        SealedFacts sealed = new SealedFacts(sealing);
        Catalog catalog = new Catalog(directory);
        SetAside aside = new SetAside(directory.resolveSibling("damaged"), damaged);
        SegmentLoader loader = new SegmentLoader(catalog, aside, disk, sealed);
        loader.load();
        loader.tell(found);
        Segments segments = new Segments(catalog, aside, disk, sealed, settings.segmentBytes());
        segments.resume();
        DiskFactLog opened = new DiskFactLog(catalog, aside, segments, settings, clock);
        opened.writer.start();
        return opened;
    }

    @Override
    public void append(List<Fact> facts, Completion completion) {
        if (!offer(new Append(List.copyOf(facts), completion))) {
            completion.failed(new IOException("The log of facts in " + this.directory + " is closed"));
        }
    }

    @Override
    public void drop(Collection<Hash> hashes) {
        offer(new Drop(List.copyOf(hashes)));
    }

    private synchronized boolean offer(Order order) {
        return !this.closed && this.queue.add(order);
    }

    @Override
    public Fact read(Hash hash) throws IOException {
        Optional<Place> place = this.catalog.find(hash);
        while (place.isPresent()) {
            try {
                byte[] encoded = this.segments.read(hash, place.get());
                if (encoded.length > 0) {
                    return Fact.decode(encoded);
                }
                throw new IOException("Fact " + hash + " in " + place.get().segment().file() + " at offset "
                        + place.get().offset() + " is damaged");
            }
            catch (IOException ex) {
                // It may have been moved, and its file deleted, meanwhile.
                Optional<Place> now = this.catalog.find(hash);
                if (now.isEmpty() || now.equals(place)) {
                    throw ex;
                }
                place = now;
            }
        }
        throw new IOException("Fact " + hash + " is not in " + this.directory);
    }

    /** Whether appending works now; any thread may ask. */
    public Condition condition() {
        return this.condition;
    }

    /** All damage found so far, oldest first; any thread may ask. */
    public List<Damage> damage() {
        return this.aside.found();
    }

    /** How many facts there are. */
    public int size() {
        return this.catalog.size();
    }

    /**
     * Finishes what was appended before, and ends. What is appended later fails, on the
     * thread that appends it.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (!this.closed) {
                this.closed = true;
                this.queue.add(new Stop());
            }
        }
        boolean interrupted = false;
        while (this.writer.isAlive()) {
            try {
                this.writer.join();
            }
            catch (InterruptedException ex) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean open = true;
        while (open) {
            List<Order> group = take();
            open = !group.removeIf(Stop.class::isInstance);
            if (this.refusing == null) {
                work(group);
            }
            else {
                refuse(group, this.refusing);
                reopen(open);
            }
        }
        try {
            this.segments.close();
        }
        catch (IOException | RuntimeException ex) {
            log.warn("Log of facts not closed in order: directory={} reason={}", this.directory, ex.toString());
        }
    }

    /** Everything that waits; while the log refuses, nothing after a while. */
    private List<Order> take() {
        List<Order> group = new ArrayList<>();
        try {
            Order first = (this.refusing == null) ? this.queue.take()
                    : this.queue.poll(this.retry.toMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                group.add(first);
                this.queue.drainTo(group);
            }
        }
        catch (InterruptedException ex) {
            // Nobody else has this thread: only closing ends it.
            log.debug("Interrupted while waiting for facts");
        }
        return group;
    }

    private void work(List<Order> group) {
        Deque<Append> waiting = new ArrayDeque<>();
        for (Order order : group) {
            if (order instanceof Append append) {
                waiting.add(append);
            }
        }
        try {
            int staged = 0;
            for (Order order : group) {
                if (order instanceof Drop drop) {
                    drop.hashes().forEach(this.segments::drop);
                }
                else if (order instanceof Append append) {
                    if (!this.segments.hasRoomFor(append.facts())) {
                        commit(waiting, staged);
                        staged = 0;
                        this.segments.roll();
                    }
                    append.facts().forEach(this.segments::stage);
                    staged++;
                    if (this.segments.stagedBytes() > MOST_STAGED) {
                        commit(waiting, staged);
                        staged = 0;
                    }
                }
            }
            commit(waiting, staged);
            boolean untidy = true;
            while (untidy && this.queue.isEmpty()) {
                untidy = this.segments.tidy();
            }
        }
        catch (IOException | RuntimeException ex) {
            fail(waiting, ex);
        }
    }

    private void commit(Deque<Append> waiting, int staged) throws IOException {
        this.segments.commit();
        for (int count = 0; count < staged; count++) {
            Append append = waiting.remove();
            complete(append.completion()::synced);
        }
    }

    private void fail(Collection<Append> waiting, Exception cause) {
        IOException why = explained(cause);
        this.refusing = why;
        this.condition = new Condition(false, this.clock.instant(), String.valueOf(why.getMessage()));
        log.error("Log of facts refuses changes: directory={} reason={}", this.directory, why.getMessage(),
                (cause instanceof RuntimeException) ? cause : null);
        try {
            this.segments.abandon();
        }
        catch (IOException | RuntimeException ex) {
            log.error("Failed facts not cut off yet, tried again: directory={} reason={}", this.directory,
                    ex.toString());
        }
        waiting.forEach((append) -> complete(() -> append.completion().failed(why)));
    }

    private void refuse(List<Order> group, IOException why) {
        for (Order order : group) {
            if (order instanceof Drop drop) {
                drop.hashes().forEach(this.segments::drop);
            }
            else if (order instanceof Append append) {
                complete(() -> append.completion().failed(why));
            }
        }
    }

    /** Writes nothing when the log is about to close, but cuts off what failed. */
    private void reopen(boolean open) {
        try {
            if (open) {
                this.segments.reopen();
                this.refusing = null;
                this.condition = new Condition(true, this.clock.instant(), "");
                log.info("Log of facts takes changes again: directory={}", this.directory);
            }
            else {
                this.segments.abandon();
            }
        }
        catch (IOException | RuntimeException ex) {
            IOException why = explained(ex);
            if (!String.valueOf(why.getMessage()).equals(this.condition.reason())) {
                log.error("Log of facts still refuses changes: directory={} reason={}", this.directory,
                        why.getMessage());
                this.refusing = why;
                this.condition = new Condition(false, this.condition.since(), String.valueOf(why.getMessage()));
            }
        }
    }

    private IOException explained(Exception cause) {
        IOException found = (cause instanceof IOException io) ? io : new IOException(cause);
        if (StorageFullException.caused(found)) {
            return new StorageFullException(this.directory, found);
        }
        return new IOException("Facts cannot be written to " + this.directory + " (" + found
                + "): look at that disk; the node tries again by itself", found);
    }

    private static void complete(Runnable completion) {
        try {
            completion.run();
        }
        catch (RuntimeException ex) {
            log.error("Whoever appended facts failed on hearing of it", ex);
        }
    }

    /**
     * How the log works.
     *
     * @param segmentBytes when a file is full; larger ones hold dropped facts for longer,
     * smaller ones are more files
     * @param retry how long a log that refuses waits before it tries again
     */
    record Settings(long segmentBytes, Duration retry) {

        static final Settings DEFAULT = new Settings(8 * 1024 * 1024, Duration.ofSeconds(1));

    }

    private sealed interface Order {

    }

    private record Append(List<Fact> facts, Completion completion) implements Order {

    }

    private record Drop(List<Hash> hashes) implements Order {

    }

    private record Stop() implements Order {

    }

}
