package dev.muster.rumor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

import dev.muster.loop.Loop;
import dev.muster.rumor.Message.Receipt;
import dev.muster.rumor.Message.Receipts;

/**
 * Durable facts on their way to the disk, and who waits for them to arrive there: nobody
 * hears of one before it is synced. Owned by the node's loop.
 */
final class Unsynced {

    private final Replica replica;

    private final FactLog factLog;

    private final Loop loop;

    private final Map<Hash, PendingFact> pending = new LinkedHashMap<>();

    Unsynced(Replica replica, FactLog factLog, Loop loop) {
        this.replica = replica;
        this.factLog = factLog;
        this.loop = loop;
    }

    /** A fact of this member's own; others are told of it once it is on disk. */
    void submit(Fact fact, Replica.Submission submission) {
        waiting(fact).submissions.add(submission);
        append(List.of(fact));
    }

    private PendingFact waiting(Fact fact) {
        return this.pending.computeIfAbsent(fact.hash(), (hash) -> new PendingFact(fact));
    }

    /**
     * A fact of another member.
     * @param receiptWanted whether that member is to be told once it is on disk
     * @param relay whether all others are
     * @return whether it is to be appended, for it was not on its way already
     */
    boolean add(Fact fact, MemberId from, boolean receiptWanted, boolean relay) {
        boolean fresh = !this.pending.containsKey(fact.hash());
        PendingFact waiting = waiting(fact);
        if (receiptWanted) {
            waiting.receiptsTo.add(from);
        }
        waiting.relay |= relay;
        return fresh;
    }

    int size() {
        return this.pending.size();
    }

    Collection<Hash> hashes() {
        return List.copyOf(this.pending.keySet());
    }

    Stream<Version> versions(Slot slot) {
        return this.pending.values()
            .stream()
            .map((waiting) -> waiting.fact)
            .filter((fact) -> Slot.of(fact).equals(slot))
            .map(Fact::version);
    }

    Optional<Fact> find(Hash hash) {
        return Optional.ofNullable(this.pending.get(hash)).map((waiting) -> waiting.fact);
    }

    /**
     * Somebody else wants to know what becomes of it.
     * @throws IllegalArgumentException when it is not on its way
     */
    void join(Hash hash, Replica.Submission submission) {
        PendingFact waiting = this.pending.get(hash);
        if (waiting == null) {
            throw new IllegalArgumentException("The fact is not on its way to the disk: " + hash.hex());
        }
        waiting.onlookers.add(submission);
    }

    /** Sends them on their way. */
    void append(List<Fact> facts) {
        this.factLog.append(facts, new FactLog.Completion() {

            @Override
            public void synced() {
                Unsynced.this.loop.execute(() -> onDisk(facts));
            }

            @Override
            public void failed(IOException why) {
                Unsynced.this.loop.execute(() -> lost(facts, why));
            }

        });
    }

    /**
     * Others are told before anybody here is: what listeners do takes longer than the way
     * to the others and back, and whoever made a change waits for that way.
     */
    private void onDisk(List<Fact> facts) {
        List<Fact> known = facts.stream().filter((fact) -> this.pending.containsKey(fact.hash())).toList();
        tellOthers(known);
        for (Fact fact : known) {
            PendingFact done = this.pending.remove(fact.hash());
            if (done != null) {
                this.replica.keep(fact);
                done.submissions.forEach(Replica.Submission::held);
                done.onlookers.forEach(Replica.Submission::held);
            }
        }
        this.replica.written();
    }

    private void tellOthers(List<Fact> synced) {
        Map<MemberId, List<Receipt>> receipts = new TreeMap<>();
        List<Fact> counted = new ArrayList<>();
        List<Fact> uncounted = new ArrayList<>();
        for (Fact fact : synced) {
            PendingFact done = this.pending.get(fact.hash());
            if (done.submissions.stream().anyMatch(Replica.Submission::wantsReceipts)) {
                counted.add(fact);
            }
            else if (!done.submissions.isEmpty() || done.relay) {
                uncounted.add(fact);
            }
            done.receiptsTo.forEach((member) -> receipts.computeIfAbsent(member, (key) -> new ArrayList<>())
                .add(this.replica.receiptFor(fact, synced)));
        }
        if (!counted.isEmpty()) {
            this.replica.broadcast(counted, true);
        }
        if (!uncounted.isEmpty()) {
            this.replica.broadcast(uncounted, false);
        }
        receipts.forEach((member, answers) -> this.replica.send(member, new Receipts(answers)));
    }

    private void lost(List<Fact> facts, IOException why) {
        boolean ofOthers = false;
        for (Fact fact : facts) {
            PendingFact done = this.pending.remove(fact.hash());
            if (done != null) {
                ofOthers |= done.submissions.isEmpty();
                done.submissions.forEach((submission) -> submission.failed(why));
                done.onlookers.forEach((submission) -> submission.failed(why));
            }
        }
        this.replica.notWritten(why, ofOthers);
    }

}
