package dev.muster.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.muster.election.ElectionStanding;
import dev.muster.election.Lineage;
import dev.muster.election.VoterList;
import dev.muster.group.GroupName;

/** What the gateways ask about elections, and may do to one. */
public interface ElectionControl {

    /**
     * How the election of a group stands; empty where this member takes no part in it.
     */
    Optional<ElectionStanding> standing(GroupName group);

    /** What is left of this member's lease as leader; zero where it has none. */
    Duration leaseLeft(GroupName group);

    /**
     * Gives a group new voters, whatever was before: for one that has lost a majority of
     * them for good. Unsafe, since a leader of the voters before may still be there.
     * @param voters names or ids of members that are present and run the group
     * @return completes when all of them have taken it; fails with a
     * {@link dev.muster.group.RefusedException} where not all of them did
     */
    CompletableFuture<Recovered> recover(GroupName group, List<String> voters);

    /**
     * Voters that were named anew.
     *
     * @param lineage theirs
     * @param voters the list that it begins with
     * @param term one that no leader of theirs is in or below
     */
    record Recovered(Lineage lineage, VoterList voters, long term) {
    }

}
