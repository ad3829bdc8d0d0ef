package dev.muster.rumor;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who is present, as one member sees it at one moment. Two members need not agree, and
 * nothing may depend on it that they would have to agree on.
 *
 * @param members this member included, by id
 */
public record RingView(Map<MemberId, Peer> members) {

    public RingView {
        members = java.util.Collections.unmodifiableMap(new TreeMap<>(members));
    }

    public static RingView of(Collection<Peer> peers) {
        Map<MemberId, Peer> byId = new TreeMap<>(Comparator.naturalOrder());
        peers.forEach((peer) -> byId.put(peer.id(), peer));
        return new RingView(byId);
    }

    public boolean has(MemberId member) {
        return this.members.containsKey(member);
    }

    public Optional<Peer> find(MemberId member) {
        return Optional.ofNullable(this.members.get(member));
    }

    /**
     * A member that is present and has proven its id.
     *
     * @param id who
     * @param name what people call it; not unique
     * @param incarnation raised once at each start of that member
     * @param nonce of that start, 16 hexadecimal digits: two processes with one id differ
     * in it
     * @param address where it says it is reached for gossip, {@code HOST:PORT}
     * @param labels what its operator says of it
     */
    public record Peer(MemberId id, String name, long incarnation, String nonce, String address,
            Map<String, String> labels) {

        public Peer {
            labels = Map.copyOf(labels);
        }

    }

}
