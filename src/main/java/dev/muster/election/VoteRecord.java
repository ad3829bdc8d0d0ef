package dev.muster.election;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * What a member must not forget: on disk before anybody hears of it.
 *
 * @param seat drawn when this record was made, and when it went back to a lineage before
 * its own
 * @param lineage it belongs to; null until it belongs to one
 * @param list of that lineage, the greatest it has heard of; null together with it
 * @param term the greatest it has heard of in any lineage, 0 before the first; nobody is
 * given a vote below it
 * @param votedFor in that term; null for nobody
 */
public record VoteRecord(long seat, @Nullable Lineage lineage, @Nullable VoterList list, long term,
        @Nullable MemberId votedFor) {

    public VoteRecord {
        if ((lineage == null) != (list == null)) {
            throw new IllegalArgumentException("A record has a lineage and its list, or neither");
        }
        if (term < 0 || (list != null && list.term() > term)) {
            throw new IllegalArgumentException("A record of term " + term + " cannot know a later list: " + list);
        }
    }

    /** Of a member that has never voted, or has forgotten how. */
    public static VoteRecord blank(long seat) {
        return new VoteRecord(seat, null, null, 0, null);
    }

    /** In another lineage; a vote of this term has been given all the same. */
    VoteRecord joining(Lineage other, VoterList known, long atLeast) {
        return new VoteRecord(this.seat, other, known, Math.max(Math.max(this.term, atLeast), known.term()),
                (Math.max(atLeast, known.term()) > this.term) ? null : this.votedFor);
    }

    VoteRecord inSeat(long other) {
        return new VoteRecord(other, this.lineage, this.list, this.term, this.votedFor);
    }

    VoteRecord knowing(VoterList later) {
        return joining(lineageOrThrow(), later, 0);
    }

    VoteRecord at(long later) {
        return (later > this.term) ? new VoteRecord(this.seat, this.lineage, this.list, later, null) : this;
    }

    VoteRecord votingFor(MemberId candidate, long inTerm) {
        return new VoteRecord(this.seat, this.lineage, this.list, inTerm, candidate);
    }

    private Lineage lineageOrThrow() {
        if (this.lineage == null) {
            throw new IllegalStateException("This record belongs to no lineage");
        }
        return this.lineage;
    }

}
