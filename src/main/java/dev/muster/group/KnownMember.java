package dev.muster.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.rumor.MemberId;
import dev.muster.rumor.RingView;

/**
 * A member of the ring, present or away, as one node knows it.
 *
 * @param name what people call it
 * @param address where it is, or was, reached for gossip; empty when this node has not
 * heard of that since its start
 * @param groups that it belongs to
 */
public record KnownMember(MemberId id, String name, Optional<String> address, boolean present,
        SortedSet<GroupName> groups) {

    /** All that are present, and all that belong to a group; by id. */
    public static List<KnownMember> all(RingView view, Collection<GroupSnapshot> groups) {
        Map<MemberId, KnownMember> known = new TreeMap<>();
        view.members()
            .values()
            .forEach((peer) -> known.put(peer.id(),
                    new KnownMember(peer.id(), peer.name(), Optional.of(peer.address()), true, new TreeSet<>())));
        for (GroupSnapshot group : groups) {
            group.members().values().forEach((member) -> {
                KnownMember one = known.computeIfAbsent(member.id(), (id) -> new KnownMember(id, member.name(),
                        member.state().map(KnownMember::address), false, new TreeSet<>()));
                one.groups.add(group.name());
            });
        }
        return new ArrayList<>(known.values());
    }

    private static String address(MemberState state) {
        return state.host().gossipIp() + ":" + state.host().gossipPort();
    }

    /**
     * Whether somebody means it who writes an id, a name, or an address with its port.
     */
    public boolean isMeantBy(String text) {
        return this.id.hex().equals(text) || this.name.equals(text) || this.address.filter(text::equals).isPresent();
    }

}
