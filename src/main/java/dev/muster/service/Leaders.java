package dev.muster.service;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionStanding.Phase;
import dev.muster.rumor.MemberId;

/**
 * Who of a group leads, as templates see it. While an election is open they see who led
 * last, but nobody who leads: a follower goes on following, and a leader that was does
 * not lead.
 *
 * @param leader member id of who leads, or led last and is not this member
 * @param term of who leads; 0 for nobody
 */
record Leaders(boolean elects, Phase phase, Optional<String> leader, long term) {

    static Leaders of(Topology topology, ElectionStanding election, String self) {
        Optional<String> leader = election.leading() ? Optional.of(self)
                : election.leader().map(MemberId::hex).filter((other) -> !other.equals(self));
        return new Leaders(topology == Topology.LEADER, election.phase(), leader, Role.of(election).term());
    }

    /** A member of the group, marked as leader or follower. */
    Map<String, Object> mark(GroupMember member, Map<String, Object> tree) {
        if (this.elects) {
            boolean leads = this.leader.filter(member.memberId()::equals).isPresent();
            tree.put("leader", leads);
            tree.put("follower", !leads);
            flags(tree);
        }
        return tree;
    }

    void flags(Map<String, Object> tree) {
        if (this.elects) {
            tree.put("election_is_running", this.phase == Phase.RUNNING || this.phase == Phase.NONE);
            tree.put("election_is_no_quorum", this.phase == Phase.NO_QUORUM);
            tree.put("election_is_finished", this.phase == Phase.FINISHED);
        }
    }

    /** The one of these that is marked as leader. */
    static Optional<Map<String, Object>> among(List<Map<String, Object>> members) {
        return members.stream().filter((member) -> Boolean.TRUE.equals(member.get("leader"))).findFirst();
    }

}
