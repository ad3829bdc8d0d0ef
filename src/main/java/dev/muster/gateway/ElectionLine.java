package dev.muster.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.muster.election.ElectionFacts;
import dev.muster.election.ElectionStanding;
import dev.muster.election.ElectionStanding.Phase;
import dev.muster.election.VoterList;
import dev.muster.group.GroupSnapshot;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * An election as it is told.
 *
 * @param status {@code none}, {@code running}, {@code no-quorum} or {@code finished}
 * @param term of the leader; while there is none the greatest known
 * @param leader null while nobody leads
 * @param leading whether the member that answers leads
 * @param lease seconds that it leads at least, unless renewed; null where it does not
 * @param confirmed whether a majority is known to have this list of voters; told by the
 * leader alone
 * @param needed how many voters decide
 * @param waiting what is waited for; null for nothing
 * @param warning what is not as it should be; null for nothing
 */
record ElectionLine(String group, String status, @Nullable String lineage, long term, @Nullable Member leader,
        boolean leading, @Nullable Double lease, boolean confirmed, int needed, List<Member> voters,
        @Nullable String waiting, @Nullable String warning) {

    private static final String TWO = "two voters: the loss of either leaves the group without a leader; load the"
            + " service on a third member";

    private static final String ONE = "one voter: nobody takes its place when it is away; load the service on two"
            + " more members";

    /**
     * How it stands here, or, where this member takes no part, as it was announced; that
     * nobody leads where the group's topology knows no leader.
     */
    static ElectionLine of(GroupSnapshot group, ElectionControl elections) {
        return elections.standing(group.name())
            .map((standing) -> of(group, standing, elections.leaseLeft(group.name())))
            .orElseGet(() -> announced(group));
    }

    /** Whether there is an election at all. */
    static boolean known(GroupSnapshot group, ElectionControl elections) {
        return elections.standing(group.name()).isPresent() || said(group).isPresent();
    }

    private static ElectionLine of(GroupSnapshot group, ElectionStanding standing, Duration left) {
        List<Member> voters = standing.voters()
            .map(VoterList::voters)
            .orElse(List.of())
            .stream()
            .map((voter) -> member(group, voter.member()))
            .toList();
        boolean finished = standing.phase() == Phase.FINISHED;
        return new ElectionLine(group.name().toString(), word(standing.phase()),
                standing.lineage().map(Object::toString).orElse(null), standing.term(),
                finished ? standing.leader().map((id) -> member(group, id)).orElse(null) : null, standing.leading(),
                standing.leading() ? left.toMillis() / 1000.0 : null, standing.confirmed(),
                standing.voters().map(VoterList::majority).orElse(0), voters,
                standing.note().isEmpty() ? null : standing.note(), warning(voters.size()));
    }

    /** As it begins again, before a leader is elected. */
    static ElectionLine of(GroupSnapshot group, ElectionControl.Recovered recovered) {
        List<Member> voters = recovered.voters()
            .voters()
            .stream()
            .map((voter) -> member(group, voter.member()))
            .toList();
        return new ElectionLine(group.name().toString(), word(Phase.RUNNING), recovered.lineage().toString(),
                recovered.term(), null, false, null, false, recovered.voters().majority(), voters,
                "for its voters to elect a leader", warning(voters.size()));
    }

    /** As a member tells it that takes no part. */
    private static ElectionLine announced(GroupSnapshot group) {
        Optional<ElectionFacts.Leads> said = said(group);
        List<Member> voters = said.isEmpty() ? List.of()
                : group.voters().stream().map((id) -> member(group, id)).toList();
        Optional<Member> leader = group.leader()
            .map(ElectionFacts.Leads::member)
            .map((id) -> member(group, id))
            .filter(Member::present);
        String status = said.isEmpty() ? word(Phase.NONE)
                : leader.isPresent() ? word(Phase.FINISHED) : word(Phase.RUNNING);
        return new ElectionLine(group.name().toString(), status,
                said.map((leads) -> leads.lineage().toString()).orElse(null),
                said.map(ElectionFacts.Leads::term).orElse(0L), leader.orElse(null), false, null, false,
                voters.isEmpty() ? 0 : voters.size() / 2 + 1, voters, null, warning(voters.size()));
    }

    /** What a leader said last, where there are members that elect one. */
    private static Optional<ElectionFacts.Leads> said(GroupSnapshot group) {
        return group.elects() ? group.leads() : Optional.empty();
    }

    private static @Nullable String warning(int voters) {
        return switch (voters) {
            case 1 -> ONE;
            case 2 -> TWO;
            default -> null;
        };
    }

    static String word(Phase phase) {
        return phase.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The same in Habitat's words. */
    static String habitat(Phase phase) {
        return switch (phase) {
            case NONE -> "None";
            case RUNNING -> "ElectionInProgress";
            case NO_QUORUM -> "ElectionNoQuorum";
            case FINISHED -> "ElectionFinished";
        };
    }

    private static Member member(GroupSnapshot group, MemberId id) {
        GroupSnapshot.Member known = group.members().get(id);
        return new Member(id.hex(), (known != null) ? known.name() : id.hex().substring(0, 8),
                known != null && known.present());
    }

    /** A voter, or the leader. */
    record Member(String id, String name, boolean present) {
    }

}
