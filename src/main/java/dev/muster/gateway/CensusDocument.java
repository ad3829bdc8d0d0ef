package dev.muster.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.muster.election.ElectionStanding.Phase;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.Mismatch;
import dev.muster.group.Revision;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.MemberId;
import dev.muster.service.GroupMember;
import org.jspecify.annotations.Nullable;

/**
 * The census in Habitat's shape: every group, who belongs to it, what is applied to it.
 */
final class CensusDocument {

    private final MemberId self;

    private final ServiceGroupRegistry registry;

    private final RevisionContents contents;

    private final ElectionControl elections;

    CensusDocument(MemberId self, ServiceGroupRegistry registry, RevisionContents contents, ElectionControl elections) {
        this.elections = elections;
        this.self = self;
        this.registry = registry;
        this.contents = contents;
    }

    Map<String, Object> document() {
        Map<String, Object> groups = new LinkedHashMap<>();
        this.registry.groups().values().forEach((group) -> groups.put(group.name().toString(), group(group)));
        Map<String, @Nullable Object> census = new LinkedHashMap<>();
        census.put("changed", false);
        census.put("census_groups", groups);
        census.put("local_member_id", this.self.hex());
        for (String counter : List.of("service", "election", "election_update", "membership", "service_config",
                "service_file")) {
            census.put("last_" + counter + "_counter", 0);
        }
        return nonNull(census);
    }

    private Map<String, @Nullable Object> group(GroupSnapshot group) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("service_group", group.name().toString());
        ElectionLine election = ElectionLine.of(group, this.elections);
        Optional<String> leader = Optional.ofNullable(election.leader()).map(ElectionLine.Member::id);
        Phase phase = Phase.valueOf(election.status().toUpperCase(Locale.ROOT).replace('-', '_'));
        document.put("election_status", ElectionLine.habitat(phase));
        document.put("election", (phase != Phase.NONE || election.waiting() != null) ? election : null);
        document.put("update_election_status", "None");
        document.put("pkg_incarnation", 0);
        document.put("leader_id", leader.orElse(null));
        document.put("update_leader_id", null);
        document.put("service_config", group.current().flatMap(this::applied).orElse(null));
        document.put("local_member_id", this.self.hex());
        document.put("mismatch", Mismatch.of(group).orElse(null));
        Map<String, Object> population = new LinkedHashMap<>();
        Map<String, Object> stopped = new LinkedHashMap<>();
        group.members()
            .values()
            .forEach((member) -> (listed(member) ? population : stopped).put(member.id().hex(),
                    marked(member(group, member), election, leader, phase)));
        document.put("population", population);
        document.put("stopped_members", stopped);
        document.put("changed_service_files", List.of());
        document.put("service_files", files(group));
        return document;
    }

    /** Whether it runs the service, or would if it were there. */
    static boolean listed(GroupSnapshot.Member member) {
        return member.state().filter((state) -> !state.desired().equals("up")).isEmpty();
    }

    /** Without their contents, which may be long and secret. */
    private static Map<String, Object> files(GroupSnapshot group) {
        Map<String, Object> files = new LinkedHashMap<>();
        group.current()
            .ifPresent((current) -> current.files()
                .all()
                .forEach((file) -> files.put(file.name().text(),
                        Map.of("filename", file.name().text(), "incarnation", file.number()))));
        return files;
    }

    /** Where the group has a leader, each member leads or follows. */
    private static Map<String, @Nullable Object> marked(Map<String, @Nullable Object> member, ElectionLine election,
            Optional<String> leader, Phase phase) {
        if (phase != Phase.NONE || election.waiting() != null) {
            boolean leads = leader.filter((id) -> id.equals(member.get("member_id"))).isPresent();
            member.put("leader", leads);
            member.put("follower", !leads);
            member.put("election_is_running", phase == Phase.RUNNING || phase == Phase.NONE);
            member.put("election_is_no_quorum", phase == Phase.NO_QUORUM);
            member.put("election_is_finished", phase == Phase.FINISHED);
        }
        return member;
    }

    private Optional<Map<String, Object>> applied(Revision revision) {
        EncryptedBy encrypted = EncryptedBy.of(revision.envelope());
        if (encrypted != null) {
            return Optional.of(Map.of("incarnation", revision.number(), "value", Map.of(), "revision", revision.id(),
                    "encrypted", encrypted));
        }
        // Where it is superseded while it is read, the next reader sees the one that
        // holds then.
        return this.contents.shown(revision)
            .map((value) -> Map.of("incarnation", revision.number(), "value", value, "revision", revision.id()));
    }

    private Map<String, @Nullable Object> member(GroupSnapshot group, GroupSnapshot.Member member) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        MemberState state = member.state().orElse(null);
        String ident = (state != null) ? state.ident() : member.ident();
        document.put("member_id", member.id().hex());
        document.put("name", member.name());
        document.put("pkg", ident(ident));
        document.put("package", ident);
        document.put("pkg_incarnation", 0);
        document.put("service", group.name().service());
        document.put("group", group.name().group());
        document.put("org", group.name().organization());
        document.put("persistent", true);
        for (String role : List.of("leader", "follower", "update_leader", "update_follower")) {
            document.put(role, false);
        }
        for (String flag : List.of("election_is_running", "election_is_no_quorum", "election_is_finished",
                "update_election_is_running", "update_election_is_no_quorum", "update_election_is_finished")) {
            document.put(flag, false);
        }
        document.put("sys",
                sys((state != null) ? state.host() : new MemberState.Host(member.name(), "", "", 0, "", 0, "", 0)));
        for (GroupMember.Standing standing : GroupMember.Standing.values()) {
            document.put(standing.name().toLowerCase(Locale.ROOT), member.standing() == standing);
        }
        document.put("healthy", member.present() && state != null && state.healthy());
        document.put("cfg", (state != null) ? state.told().shown() : Map.of());
        document.put("state", (state != null) ? state.shown() : null);
        return document;
    }

    static Map<String, @Nullable Object> ident(String ident) {
        String[] parts = ident.split("/", 4);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        List<String> names = List.of("origin", "name", "version", "release");
        for (int i = 0; i < names.size(); i++) {
            document.put(names.get(i), (i < parts.length) ? parts[i] : null);
        }
        return document;
    }

    static Map<String, Object> sys(MemberState.Host real) {
        MemberState.Host host = real.told();
        Map<String, Object> sys = new LinkedHashMap<>();
        sys.put("ip", host.ip());
        sys.put("hostname", host.hostname());
        sys.put("gossip_ip", host.gossipIp());
        sys.put("gossip_port", host.gossipPort());
        sys.put("http_gateway_ip", host.httpIp());
        sys.put("http_gateway_port", host.httpPort());
        sys.put("ctl_gateway_ip", host.ctlIp());
        sys.put("ctl_gateway_port", host.ctlPort());
        return sys;
    }

    private static Map<String, Object> nonNull(Map<String, @Nullable Object> document) {
        Map<String, Object> copy = new LinkedHashMap<>();
        document.forEach((key, value) -> {
            if (value != null) {
                copy.put(key, value);
            }
        });
        return copy;
    }

}
