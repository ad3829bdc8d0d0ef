package dev.muster.simulation;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.muster.election.Lineage;
import dev.muster.election.VoteRecord;
import dev.muster.election.Voter;
import dev.muster.election.VoterList;
import dev.muster.rumor.MemberId;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What must hold of the records on all disks together: every two lists of a lineage by
 * which somebody could still be elected share a voter in all their majorities.
 */
final class Majorities {

    /** What the disks held when it was looked at them last. */
    private Map<MemberId, VoteRecord> checked = Map.of();

    /**
     * @param disks what each member's holds; nothing for a member that has lost its
     * record
     */
    void overlap(Map<MemberId, VoteRecord> disks) {
        if (disks.equals(this.checked)) {
            return;
        }
        this.checked = Map.copyOf(disks);
        Map<Lineage, Set<VoterList>> active = new HashMap<>();
        for (VoteRecord record : disks.values()) {
            if (record.lineage() != null && record.list() != null
                    && couldElect(disks, record.lineage(), record.list())) {
                active.computeIfAbsent(record.lineage(), (lineage) -> new HashSet<>()).add(record.list());
            }
        }
        active.values().forEach(this::overlap);
    }

    private void overlap(Collection<VoterList> lists) {
        List<VoterList> some = List.copyOf(lists);
        for (VoterList one : some) {
            for (VoterList other : some) {
                Set<Voter> all = new HashSet<>(one.voters());
                all.addAll(other.voters());
                assertThat(one.majority() + other.majority()).as("majorities of %s and %s overlap", one, other)
                    .isGreaterThan(all.size());
            }
        }
    }

    private static boolean couldElect(Map<MemberId, VoteRecord> disks, Lineage lineage, VoterList list) {
        return list.voters().stream().filter((voter) -> {
            VoteRecord record = disks.get(voter.member());
            return record != null && record.seat() == voter.seat()
                    && (record.lineage() == null || (lineage.equals(record.lineage()) && record.list() != null
                            && record.list().compareTo(list) <= 0));
        }).count() >= list.majority();
    }

}
