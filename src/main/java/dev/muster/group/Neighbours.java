package dev.muster.group;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.election.ElectionFacts;
import dev.muster.pack.PackageIdent;
import dev.muster.service.GroupMember;

/**
 * The members of groups as services see them, and whether that is news to those here.
 * {@link #notice} is called on the node's loop.
 */
public final class Neighbours {

    /** By group, what services that it concerns were last told of its members. */
    private final Map<GroupName, List<GroupMember>> told = new ConcurrentHashMap<>();

    /** By group, who was last said to lead it. */
    private final Map<GroupName, ElectionFacts.Leads> leaders = new ConcurrentHashMap<>();

    /** What of a group is other than before. */
    public enum News {

        /** Nothing that services see. */
        NONE,

        /** Members, or what they tell. */
        MEMBERS,

        /** Who leads, and perhaps members. */
        LEADER

    }

    /** A group that services here see has changed. */
    public News notice(GroupSnapshot group) {
        List<GroupMember> members = of(group);
        Optional<ElectionFacts.Leads> leads = group.leader();
        boolean led = !leads.equals(Optional.ofNullable(this.leaders.get(group.name())));
        leads.ifPresentOrElse((who) -> this.leaders.put(group.name(), who), () -> this.leaders.remove(group.name()));
        boolean news = !members.equals(this.told.put(group.name(), members));
        if (led) {
            return News.LEADER;
        }
        return news ? News.MEMBERS : News.NONE;
    }

    /**
     * Those of whom something is known, by member id: of one that has not been heard
     * there is nothing.
     */
    public static List<GroupMember> of(GroupSnapshot group) {
        return group.members()
            .values()
            .stream()
            .flatMap((member) -> member.state()
                .map((state) -> new GroupMember(member.id().hex(), PackageIdent.parse(state.ident()),
                        sys(state.host().told()), member.standing(), member.activity(), state.healthy(), state.told()))
                .stream())
            .sorted(Comparator.comparing(GroupMember::memberId))
            .toList();
    }

    /** The addresses of a member, by the names that templates have for them. */
    public static Map<String, Object> sys(MemberState.Host host) {
        Map<String, Object> sys = new LinkedHashMap<>();
        sys.put("ip", host.ip());
        sys.put("hostname", host.hostname());
        sys.put("gossip_ip", host.gossipIp());
        sys.put("gossip_port", (long) host.gossipPort());
        sys.put("http_gateway_ip", host.httpIp());
        sys.put("http_gateway_port", (long) host.httpPort());
        sys.put("ctl_gateway_ip", host.ctlIp());
        sys.put("ctl_gateway_port", (long) host.ctlPort());
        return sys;
    }

}
