package dev.muster.group;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;

/** What is known of one group. Owned by the node's loop. */
final class GroupState {

    final GroupName name;

    final History history = new History();

    private final Map<MemberId, GroupFacts.Roster> roster = new HashMap<>();

    private final Map<MemberId, MemberState> states = new HashMap<>();

    GroupState(GroupName name) {
        this.name = name;
    }

    void roster(MemberId member, GroupFacts.Roster said) {
        this.roster.put(member, said);
    }

    void state(MemberId member, MemberState said) {
        this.states.put(member, said);
    }

    boolean hasMember(MemberId member) {
        GroupFacts.Roster said = this.roster.get(member);
        return said != null && said.loaded();
    }

    GroupSnapshot snapshot(RingView view) {
        SortedMap<MemberId, GroupSnapshot.Member> members = new TreeMap<>();
        this.roster.forEach((member, said) -> {
            if (said.loaded()) {
                Optional<RingView.Peer> peer = view.find(member);
                members.put(member, new GroupSnapshot.Member(member, peer.map(RingView.Peer::name).orElse(said.name()),
                        peer.isPresent(), said.ident(), Optional.ofNullable(this.states.get(member))));
            }
        });
        return new GroupSnapshot(this.name, this.history.newestFirst(), this.history.lost(), members);
    }

}
