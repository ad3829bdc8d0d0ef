package dev.muster.election;

import java.util.List;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * What members of one group say to each other about its leader, one to one. Any of them
 * may be lost, come twice, or come late; {@link ElectionCodec} gives the bytes.
 */
public sealed interface ElectionMessage {

    /**
     * Who says this belongs to no lineage.
     *
     * @param seat of the sender
     * @param minMembers how many it wants to see before a lineage is founded
     * @param mayFound whether it may write the first list, if it is the lowest that may
     * @param sees those of the group that it sees, itself included
     */
    record Seek(long seat, int minMembers, boolean mayFound, List<MemberId> sees) implements ElectionMessage {

        public Seek {
            sees = List.copyOf(sees);
            if (sees.size() > VoterList.MOST_VOTERS || minMembers < 1) {
                throw new IllegalArgumentException("Somebody sees " + sees.size() + " members and wants " + minMembers);
            }
        }

    }

    /** The sender belongs to this lineage: nobody founds another beside it. */
    record Known(Lineage lineage) implements ElectionMessage {
    }

    /**
     * The leader renews its lease.
     *
     * @param round raised each time
     * @param list who votes
     */
    record Renew(Lineage lineage, long term, long round, VoterList list) implements ElectionMessage {
    }

    /**
     * The answer.
     *
     * @param term the sender's own, after it has heard
     * @param accepted whether the sender elects nobody else for one lease now
     * @param seat of the sender
     * @param listTerm of the list it has on disk, with {@code listNumber}
     */
    record Renewed(Lineage lineage, long term, long round, boolean accepted, long seat, long listTerm,
            long listNumber) implements ElectionMessage {
    }

    /**
     * Would you vote for me? Changes nothing.
     *
     * @param number tells this question from the sender's others
     * @param term in which it would stand
     */
    record Poll(Lineage lineage, long term, long number, VoterList list) implements ElectionMessage {
    }

    /**
     * The answer.
     *
     * @param term the sender's own
     * @param suitability what its hook says of it
     * @param eligible whether it would stand itself
     * @param newer its list, where that is later than the one it was asked by
     */
    record Polled(Lineage lineage, long number, boolean yes, long seat, long term, long suitability, boolean eligible,
            @Nullable VoterList newer) implements ElectionMessage {
    }

    /** The sender stands and asks for a vote. */
    record Ballot(Lineage lineage, long term, VoterList list) implements ElectionMessage {
    }

    /**
     * The answer, on the sender's disk.
     *
     * @param ownTerm the greatest that the sender knows
     */
    record Voted(Lineage lineage, long term, boolean yes, long seat, long ownTerm) implements ElectionMessage {
    }

    /** The sender leads no longer, nor does its process: nobody has to wait. */
    record Resigned(Lineage lineage, long term) implements ElectionMessage {
    }

}
