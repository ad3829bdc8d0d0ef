package dev.muster.content;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import dev.muster.loop.Loop;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * Finds another member that takes a copy of a content, and waits until that is on its
 * disk. Lives on the loop.
 */
final class SecondCopy {

    /** A member that gets nothing for so long is left. */
    static final Duration STANDSTILL = Duration.ofSeconds(10);

    /** After so long nobody else is asked. */
    static final Duration ENOUGH = Duration.ofSeconds(60);

    /** Longer than a member takes its time to say that it has not got it all yet. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Hash hash;

    private final int size;

    private final Loop loop;

    private final Peers peers;

    private final Deque<MemberId> candidates;

    private final CompletableFuture<MemberId> answer = new CompletableFuture<>();

    private final Duration began;

    private int most;

    private Duration progressed = Duration.ZERO;

    private String lastFailure = "none is present";

    SecondCopy(Hash hash, int size, List<MemberId> candidates, Loop loop, Peers peers) {
        this.hash = hash;
        this.size = size;
        this.loop = loop;
        this.peers = peers;
        this.candidates = new ArrayDeque<>(candidates);
        this.began = loop.uptime();
    }

    /**
     * @return who has it; or a {@link NoSecondCopyException}
     */
    CompletableFuture<MemberId> find() {
        next();
        return this.answer;
    }

    private void next() {
        MemberId candidate = this.candidates.poll();
        if (candidate == null || this.loop.uptime().minus(this.began).compareTo(ENOUGH) > 0) {
            this.answer.completeExceptionally(
                    new NoSecondCopyException("no other member has taken a copy (" + this.lastFailure + ")"));
            return;
        }
        this.most = -1;
        this.progressed = this.loop.uptime();
        ask(candidate);
    }

    private void ask(MemberId candidate) {
        this.peers.ask(candidate, Questions.HOLD, Questions.hold(this.hash, this.size), PATIENCE)
            .whenComplete((bytes, failure) -> this.loop.execute(() -> answered(candidate, bytes, failure)));
    }

    private void answered(MemberId candidate, byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (bytes == null) {
            leave(candidate, String.valueOf((failure != null) ? failure.getMessage() : null));
            return;
        }
        try {
            Questions.Holding holding = Questions.readHolding(bytes);
            if (holding.whole()) {
                this.answer.complete(candidate);
                return;
            }
            if (holding.bytes() > this.most) {
                this.most = holding.bytes();
                this.progressed = this.loop.uptime();
            }
        }
        catch (IllegalArgumentException ex) {
            leave(candidate, String.valueOf(ex.getMessage()));
            return;
        }
        if (this.loop.uptime().minus(this.progressed).compareTo(STANDSTILL) > 0) {
            leave(candidate, "it has got nothing more for " + STANDSTILL.toSeconds() + " s");
        }
        else {
            this.loop.after(PAUSE, () -> ask(candidate));
        }
    }

    private void leave(MemberId candidate, String why) {
        this.lastFailure = "member " + candidate + ": " + why;
        next();
    }

}
