package dev.muster.election;

import java.time.Duration;
import java.util.Optional;

import dev.muster.rumor.MemberId;

/**
 * How the election of a group stands, as one member sees it.
 *
 * @param lineage empty until the group has one
 * @param term the greatest known; where somebody leads, the leader's
 * @param leader who leads, or did last
 * @param leading whether this member leads now
 * @param leaseEnd until when, by the uptime of this member; zero where it does not
 * @param voters the latest list
 * @param confirmed whether a majority is known to have that list; only the leader knows
 * @param voter whether this member may vote
 * @param note what is waited for, in words; empty for nothing
 */
public record ElectionStanding(Phase phase, Optional<Lineage> lineage, long term, Optional<MemberId> leader,
        boolean leading, Duration leaseEnd, Optional<VoterList> voters, boolean confirmed, boolean voter, String note) {

    /** Before anything is known. */
    public static final ElectionStanding NONE = new ElectionStanding(Phase.NONE, Optional.empty(), 0, Optional.empty(),
            false, Duration.ZERO, Optional.empty(), false, false, "for enough members to elect a leader");

    /** How far the election is. */
    public enum Phase {

        /** The group has no lineage yet. */
        NONE,
        /** Nobody is known to lead; enough voters are there to elect somebody. */
        RUNNING,
        /** Nobody is known to lead, and too few voters are there. */
        NO_QUORUM,
        /** Somebody leads. */
        FINISHED

    }

}
