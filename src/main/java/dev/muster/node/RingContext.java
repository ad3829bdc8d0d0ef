package dev.muster.node;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.election.ElectionFacts;
import dev.muster.election.ElectionStanding;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.Neighbours;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.pack.PackageIdent;
import dev.muster.rumor.MemberId;
import dev.muster.service.GroupMember;
import dev.muster.service.ServiceContext;
import dev.muster.update.Updates;
import org.jspecify.annotations.Nullable;

/** What services of this node see of the ring. */
final class RingContext implements ServiceContext {

    private final MemberId self;

    private final MemberState.Host host;

    private final boolean permanent;

    private final ServiceGroupRegistry registry;

    private @Nullable Elections elections;

    private @Nullable Updates updates;

    /**
     * @param permanent what templates know as {@code sys.permanent}
     */
    RingContext(MemberId self, MemberState.Host host, boolean permanent, ServiceGroupRegistry registry) {
        this.self = self;
        this.host = host;
        this.permanent = permanent;
        this.registry = registry;
    }

    void attach(Elections attached) {
        this.elections = attached;
    }

    void attach(Updates attached) {
        this.updates = attached;
    }

    private Elections elections() {
        Elections attached = this.elections;
        if (attached == null) {
            throw new IllegalStateException("Elections are used before they are there");
        }
        return attached;
    }

    private Updates updates() {
        Updates attached = this.updates;
        if (attached == null) {
            throw new IllegalStateException("Updates are used before they are there");
        }
        return attached;
    }

    @Override
    public Map<String, Object> sys() {
        Map<String, Object> sys = new LinkedHashMap<>(Neighbours.sys(this.host));
        sys.put("version", Version.TEXT);
        sys.put("member_id", this.self.hex());
        sys.put("permanent", this.permanent);
        return sys;
    }

    @Override
    public ElectionStanding election(String serviceGroup) {
        return elections().standing(serviceGroup).orElse(ElectionStanding.NONE);
    }

    @Override
    public Optional<String> leader(String serviceGroup) {
        Optional<MemberId> here = elections().standing(serviceGroup).flatMap(ElectionStanding::leader);
        return here
            .or(() -> this.registry.group(GroupName.parse(serviceGroup))
                .flatMap(GroupSnapshot::leader)
                .map(ElectionFacts.Leads::member))
            .map(MemberId::hex);
    }

    @Override
    public Duration leaseLeft(String serviceGroup) {
        return elections().leaseLeft(serviceGroup);
    }

    @Override
    public void released(String serviceGroup) {
        elections().released(serviceGroup);
    }

    @Override
    public Optional<PackageIdent> ownRelease(String service) {
        return updates().ownRelease(service);
    }

    @Override
    public List<GroupMember> others(String serviceGroup) {
        return members(serviceGroup).stream().filter((member) -> !member.memberId().equals(this.self.hex())).toList();
    }

    @Override
    public List<GroupMember> members(String serviceGroup) {
        return this.registry.group(GroupName.parse(serviceGroup)).map(Neighbours::of).orElse(List.of());
    }

}
