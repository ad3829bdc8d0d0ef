package dev.muster.election;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * What a member remembers, and what it has to say next: both leave as one, so that
 * nothing is said before it is saved.
 */
final class Papers {

    private final MemberId self;

    private final RandomGenerator random;

    private final List<Letter> letters = new ArrayList<>();

    private VoteRecord record;

    private boolean changed;

    /**
     * @param random draws seats
     * @param record as it is on disk
     */
    Papers(MemberId self, RandomGenerator random, VoteRecord record) {
        this.self = self;
        this.random = random;
        this.record = record;
    }

    VoteRecord record() {
        return this.record;
    }

    void keep(VoteRecord next) {
        if (!next.equals(this.record)) {
            this.record = next;
            this.changed = true;
        }
    }

    void send(MemberId to, ElectionMessage message) {
        this.letters.add(new Letter(to, message));
    }

    /** Everything since it was asked last. */
    Deeds deeds() {
        Optional<VoteRecord> save = this.changed ? Optional.of(this.record) : Optional.empty();
        Deeds deeds = new Deeds(save, this.letters);
        this.changed = false;
        this.letters.clear();
        return deeds;
    }

    /** Null until the member belongs to a lineage. */
    @Nullable VoterList list() {
        return this.record.list();
    }

    /**
     * @throws IllegalStateException where the member belongs to none
     */
    Lineage lineage() {
        Lineage lineage = this.record.lineage();
        if (lineage == null) {
            throw new IllegalStateException("A member without a lineage decides nothing in one");
        }
        return lineage;
    }

    /** From now on it is nobody's voter, as if its record had been lost. */
    void changeSeat() {
        keep(this.record.inSeat(this.random.nextLong()));
    }

    boolean mine(Lineage other) {
        return other.equals(this.record.lineage());
    }

    long seat() {
        return this.record.seat();
    }

    /** Whether this member votes by that list. */
    boolean votesBy(VoterList list) {
        return list.has(new Voter(this.self, this.record.seat()));
    }

    /** Whether this member is a voter of its own list. */
    boolean votes() {
        VoterList list = this.record.list();
        return list != null && votesBy(list);
    }

}
