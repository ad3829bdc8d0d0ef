package dev.muster.group;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import dev.muster.loop.Loop;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Version;
import org.jspecify.annotations.Nullable;

/**
 * Revisions that this node has accepted, and who has told it that they have them on disk.
 * Accepted is told after the node's own sync and one other member's answer, or after
 * {@link #PATIENCE}. Owned by the node's loop.
 */
final class Applies {

    /** How long the answer waits for a second copy. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * Of so many revisions the answers are remembered; older ones are known by what
     * members say of themselves.
     */
    private static final int REMEMBERED = 256;

    private final MemberId self;

    private final Replica replica;

    private final Loop loop;

    private final Map<Hash, Set<MemberId>> receivedBy = new LinkedHashMap<>();

    private final Map<Hash, Waiting> waiting = new HashMap<>();

    Applies(MemberId self, Replica replica, Loop loop) {
        this.self = self;
        this.replica = replica;
        this.loop = loop;
    }

    CompletableFuture<Applied> submit(Fact fact, Revision revision, Optional<Revision> base) {
        CompletableFuture<Applied> answer = new CompletableFuture<>();
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                synced(new Waiting(revision, base, answer));
            }

            @Override
            public void failed(IOException why) {
                answer.completeExceptionally(new RefusedException(RefusedException.Reason.STORAGE,
                        "The change was not accepted, because it could not be written: " + why.getMessage(),
                        base.orElse(null)));
            }

            @Override
            public boolean wantsReceipts() {
                return true;
            }

        });
        return answer;
    }

    private void synced(Waiting apply) {
        this.receivedBy.put(apply.revision.hash(), new HashSet<>(Set.of(this.self)));
        if (this.receivedBy.size() > REMEMBERED) {
            this.receivedBy.remove(this.receivedBy.keySet().iterator().next());
        }
        if (this.replica.view().members().size() < 2) {
            apply.complete(1, true);
            return;
        }
        this.waiting.put(apply.revision.hash(), apply);
        apply.timer = this.loop.after(PATIENCE, () -> {
            if (this.waiting.remove(apply.revision.hash()) != null) {
                apply.complete(1, false);
            }
        });
    }

    /**
     * @return whether this node waits for answers to that fact, so that somebody may want
     * to know
     */
    boolean receipt(MemberId from, Hash fact, Version current) {
        Set<MemberId> received = this.receivedBy.get(fact);
        if (received == null) {
            return false;
        }
        received.add(from);
        Waiting apply = this.waiting.remove(fact);
        if (apply != null) {
            if (apply.timer != null) {
                apply.timer.cancel();
            }
            if (current.compareTo(apply.revision.version()) > 0) {
                apply.overtakenBy = current.major() + "-" + current.hash().shortHex();
            }
            apply.complete(2, false);
        }
        return true;
    }

    Set<MemberId> receivedBy(Hash revision) {
        return Set.copyOf(this.receivedBy.getOrDefault(revision, Set.of()));
    }

    private static final class Waiting {

        private final Revision revision;

        private final Optional<Revision> base;

        private final CompletableFuture<Applied> answer;

        private Loop.@Nullable Timer timer;

        private @Nullable String overtakenBy;

        private Waiting(Revision revision, Optional<Revision> base, CompletableFuture<Applied> answer) {
            this.revision = revision;
            this.base = base;
            this.answer = answer;
        }

        private void complete(int copies, boolean alone) {
            this.answer.complete(new Applied(this.revision, false, this.base, copies, alone, this.overtakenBy));
        }

    }

}
