package dev.muster.group;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

import dev.muster.election.ElectionFacts;
import dev.muster.rollout.Control;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;
import dev.muster.service.GroupMember;
import org.jspecify.annotations.Nullable;

/** What is known of one group. Owned by the node's loop. */
final class GroupState {

    final GroupName name;

    final History history = new History();

    private final Map<MemberId, GroupFacts.Roster> roster = new HashMap<>();

    private final Map<MemberId, Word> states = new HashMap<>();

    private RolloutFacts.@Nullable ControlWord control;

    private @Nullable Completion complete;

    private RolloutOptions policy = RolloutOptions.NONE;

    private final Set<MemberId> departed;

    private ElectionFacts.@Nullable Leads leads;

    private List<MemberId> voters = List.of();

    /**
     * @param departed who will not come back, of all groups; it may grow
     */
    GroupState(GroupName name, Set<MemberId> departed) {
        this.name = name;
        this.departed = departed;
    }

    /** One that had stopped its service before it left has gone in order. */
    private static GroupMember.Standing absent(Optional<MemberState> state, boolean missed) {
        boolean ran = state.filter((said) -> said.activity(false) != GroupMember.Activity.STOPPED).isPresent();
        return (missed && ran) ? GroupMember.Standing.SUSPECT : GroupMember.Standing.CONFIRMED;
    }

    /** Forgets what was said of a member that has departed. */
    boolean forget(MemberId member) {
        boolean known = this.roster.remove(member) != null;
        return this.states.remove(member) != null || known;
    }

    /** Whether nothing is left to say about it. */
    boolean isEmpty() {
        return this.roster.isEmpty() && this.states.isEmpty() && this.history.current().isEmpty()
                && this.control == null && this.complete == null && this.policy.equals(RolloutOptions.NONE)
                && this.leads == null;
    }

    void roster(MemberId member, GroupFacts.Roster said) {
        this.roster.put(member, said);
    }

    void state(MemberId member, MemberState said, long incarnation) {
        this.states.put(member, new Word(said, incarnation));
    }

    void control(RolloutFacts.ControlWord said) {
        this.control = said;
    }

    void complete(Completion said) {
        this.complete = said;
    }

    void policy(RolloutOptions said) {
        this.policy = said;
    }

    void leads(ElectionFacts.Leads said) {
        this.leads = said;
    }

    void voters(List<MemberId> said) {
        this.voters = said;
    }

    boolean hasMember(MemberId member) {
        GroupFacts.Roster said = this.roster.get(member);
        return said != null && said.loaded();
    }

    /**
     * @param missed members that have gone a moment ago
     */
    GroupSnapshot snapshot(RingView view, Predicate<MemberId> missed) {
        SortedMap<MemberId, GroupSnapshot.Member> members = new TreeMap<>();
        this.roster.forEach((member, said) -> {
            if (said.loaded()) {
                Optional<RingView.Peer> peer = view.find(member);
                Optional<Word> word = Optional.ofNullable(this.states.get(member));
                Optional<MemberState> state = word.map(Word::state);
                members.put(member,
                        new GroupSnapshot.Member(member, peer.map(RingView.Peer::name).orElse(said.name()),
                                peer.isPresent() ? GroupMember.Standing.ALIVE : absent(state, missed.test(member)),
                                said.ident(), peer.map(RingView.Peer::labels).orElse(Map.of()), state,
                                word.map(Word::incarnation).orElse(0L)));
            }
        });
        Set<MemberId> left = new HashSet<>(this.departed);
        this.roster.forEach((member, said) -> {
            if (!said.loaded()) {
                left.add(member);
            }
        });
        Control said = this.history.current()
            .map((current) -> RolloutFacts.of(this.control, current))
            .orElse(Control.NONE);
        return new GroupSnapshot(this.name, this.history.newestFirst(), this.history.lost(), members, left,
                Optional.ofNullable(this.complete), said, this.policy, Optional.ofNullable(this.leads), this.voters);
    }

    /**
     * What a member has said of its service.
     *
     * @param incarnation how late
     */
    private record Word(MemberState state, long incarnation) {
    }

}
