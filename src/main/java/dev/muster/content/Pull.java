package dev.muster.content;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.muster.loop.Loop;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one content here: chunk by chunk from one holder, from the next one where that
 * one fails, verified as a whole at the end. What is here already is never asked for
 * again, unless it turns out to be wrong. Lives on the loop.
 */
final class Pull {

    /** A chunk, in bytes. */
    static final int CHUNK = 256 * 1024;

    /** A holder that lets us wait so long for a chunk is left. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** So many others are asked where one has it and is busy. */
    private static final int OTHERS = 8;

    private static final Logger log = LoggerFactory.getLogger(Pull.class);

    private final Hash hash;

    private final int size;

    private final Supplier<List<MemberId>> holders;

    private final Means means;

    private final Ended ended;

    private final Deque<MemberId> toAsk = new ArrayDeque<>();

    /** Who gave what is here; meaningless while {@link #inherited}. */
    private final Set<MemberId> givers = new HashSet<>();

    /** Those whose whole content was another one. */
    private final Set<MemberId> liars = new HashSet<>();

    /** Something is here that came in an earlier life of this node. */
    private boolean inherited;

    /** Several gave a wrong content together: from now on one gives it all. */
    private boolean fromOne;

    private long offset;

    private boolean moved;

    private boolean stopped;

    /** Has it, and gave it to others when asked last. */
    private @Nullable MemberId busy;

    /** How many are still asked in this round after one that was busy. */
    private int left;

    private String lastFailure = "no other member is present";

    /**
     * @param holders whom to ask, the best first; asked whenever it begins anew
     */
    Pull(Hash hash, int size, Supplier<List<MemberId>> holders, Means means, Ended ended) {
        this.hash = hash;
        this.size = size;
        this.holders = holders;
        this.means = means;
        this.ended = ended;
    }

    Hash hash() {
        return this.hash;
    }

    int size() {
        return this.size;
    }

    /** How many bytes are here. */
    long offset() {
        return this.offset;
    }

    /** Whether anything came since this was asked last. */
    boolean hasMoved() {
        boolean was = this.moved;
        this.moved = false;
        return was;
    }

    /** Whether somebody has it and had no time for us. */
    boolean isQueued() {
        return this.busy != null;
    }

    /** Asks all holders, one after another. */
    void begin() {
        if (this.means.store.has(this.hash)) {
            // Somebody has uploaded it here meanwhile.
            this.means.loop.execute(() -> {
                if (!this.stopped) {
                    this.ended.done(this);
                }
            });
            return;
        }
        onDisk(() -> {
            long begun = this.means.store.begun(this.hash);
            if (begun <= this.size) {
                return begun;
            }
            this.means.store.abandon(this.hash);
            return 0L;
        }, (begun) -> {
            this.inherited = begun > 0 && (this.inherited || this.givers.isEmpty());
            this.offset = begun;
            if (this.offset == this.size) {
                complete();
            }
            else {
                askAnew();
            }
        });
    }

    private void askAnew() {
        List<MemberId> known = this.holders.get();
        this.toAsk.clear();
        known.stream().filter((holder) -> !this.liars.contains(holder)).forEach(this.toAsk::add);
        MemberId first = this.busy;
        if (first != null && this.toAsk.remove(first)) {
            this.toAsk.addFirst(first);
        }
        this.busy = null;
        this.left = OTHERS;
        if (this.toAsk.isEmpty()) {
            // Whoever lied may have been mended by the next round.
            this.liars.clear();
        }
        next();
    }

    private void next() {
        MemberId holder = this.toAsk.poll();
        if (holder == null || (this.busy != null && this.left-- <= 0)) {
            this.ended.pausing(this, this.lastFailure);
        }
        else if (this.fromOne && this.offset > 0 && !this.givers.equals(Set.of(holder))) {
            restart(() -> ask(holder));
        }
        else {
            ask(holder);
        }
    }

    private void restart(Runnable then) {
        onDisk(() -> {
            this.means.store.abandon(this.hash);
            return 0L;
        }, (nothing) -> {
            this.givers.clear();
            this.inherited = false;
            this.offset = 0;
            then.run();
        });
    }

    private void ask(MemberId holder) {
        if (this.offset == this.size) {
            complete();
            return;
        }
        int length = (int) Math.min(CHUNK, this.size - this.offset);
        Duration wait = this.means.pace.take(length);
        if (wait.isZero()) {
            askNow(holder, length);
        }
        else {
            this.means.loop.after(wait, () -> askNow(holder, length));
        }
    }

    private void askNow(MemberId holder, int length) {
        if (!this.stopped) {
            this.means.peers.ask(holder, Questions.CHUNK, Questions.chunk(this.hash, this.offset, length), PATIENCE)
                .whenComplete(
                        (bytes, failure) -> this.means.loop.execute(() -> answered(holder, length, bytes, failure)));
        }
    }

    private void answered(MemberId holder, int length, byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (this.stopped) {
            return;
        }
        if (bytes != null && bytes.length == 0) {
            this.busy = holder;
            this.lastFailure = "member " + holder + ": others get it now";
            next();
            return;
        }
        if (bytes == null || bytes.length != length) {
            String why = (bytes != null) ? "it sent " + bytes.length + " bytes for " + length
                    : String.valueOf((failure != null) ? failure.getMessage() : null);
            this.lastFailure = "member " + holder + ": " + why;
            log.debug("Chunk not had: content={} offset={} member={} reason={}", this.hash, this.offset, holder, why);
            next();
            return;
        }
        long at = this.offset;
        onDisk(() -> {
            this.means.store.append(this.hash, at, bytes);
            return at + length;
        }, (end) -> {
            this.offset = end;
            this.moved = true;
            this.givers.add(holder);
            ask(holder);
        });
    }

    private void complete() {
        onDisk(() -> this.means.store.complete(this.hash), (right) -> {
            if (right) {
                this.ended.done(this);
            }
            else {
                wrong();
            }
        });
    }

    private void wrong() {
        log.warn("Content that came is not what its hash says, it is asked for again: content={} members={}", this.hash,
                this.givers);
        if (!this.inherited && this.givers.size() == 1) {
            this.liars.addAll(this.givers);
            this.lastFailure = "member " + this.givers.iterator().next() + " sent another content";
        }
        else {
            this.fromOne = true;
        }
        this.givers.clear();
        this.inherited = false;
        this.offset = 0;
        askAnew();
    }

    private <T> void onDisk(DiskWork<T> work, Consumer<T> then) {
        this.means.disk.execute(() -> {
            try {
                T result = work.run();
                this.means.loop.execute(() -> {
                    if (!this.stopped) {
                        then.accept(result);
                    }
                });
            }
            catch (IOException ex) {
                this.means.loop.execute(() -> {
                    if (!this.stopped) {
                        this.ended.pausing(this, "the disk of this node: " + ex.getMessage());
                    }
                });
            }
        });
    }

    /** Nobody hears of anything any longer; what is here stays. */
    void stop() {
        this.stopped = true;
    }

    /** What it works with. */
    record Means(Loop loop, ContentStore store, Executor disk, Peers peers, Pace pace) {
    }

    /** Hears how it went; on the loop. */
    interface Ended {

        void done(Pull pull);

        /** Everybody was asked; {@link Pull#begin} may do better later. */
        void pausing(Pull pull, String why);

    }

    @FunctionalInterface
    private interface DiskWork<T> {

        T run() throws IOException;

    }

}
