package dev.muster.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.group.Departures;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.KnownMember;
import dev.muster.group.MemberState;
import dev.muster.group.RevisionFile;
import dev.muster.group.ServiceGroupRegistry;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.RingView;
import dev.muster.service.GroupMember;
import dev.muster.service.GroupMember.Standing;

/**
 * Who is there and what is passed on, in Habitat's shape: each kind of rumor by what it
 * is about, in the nested form of old and the flat one beside it. The bytes of
 * configurations and files are not repeated here.
 */
final class ButterflyDocument {

    private final MemberId self;

    private final Replica replica;

    private final ServiceGroupRegistry registry;

    private final Departures departures;

    ButterflyDocument(MemberId self, Replica replica, ServiceGroupRegistry registry, Departures departures) {
        this.self = self;
        this.replica = replica;
        this.registry = registry;
        this.departures = departures;
    }

    Map<String, Object> document() {
        Map<String, Map<String, Object>> membership = membership();
        Map<String, Object> members = new LinkedHashMap<>();
        Map<String, Object> health = new LinkedHashMap<>();
        membership.forEach((id, known) -> {
            Map<String, Object> member = new LinkedHashMap<>(known);
            health.put(id, member.remove("health"));
            member.put("id", id);
            member.put("departed", health.get(id).equals(word(Standing.DEPARTED)));
            members.put(id, member);
        });
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("member", Map.of("members", members, "health", health, "update_counter", 0));
        document.put("membership", membership);
        Map<String, Object> services = new LinkedHashMap<>();
        Map<String, Object> files = new LinkedHashMap<>();
        Map<String, Object> configs = new LinkedHashMap<>();
        Map<String, Object> elections = new LinkedHashMap<>();
        for (GroupSnapshot group : this.registry.groups().values()) {
            String name = group.name().toString();
            putUnlessEmpty(services, name, services(group));
            putUnlessEmpty(files, name, files(group));
            config(group).ifPresent((config) -> configs.put(name, Map.of("service_config", config)));
            election(group).ifPresent((election) -> elections.put(name, election));
        }
        Map<String, Object> nested = new LinkedHashMap<>();
        elections.forEach((name, election) -> nested.put(name, Map.of("election", election)));
        document.put("service", rumors(services));
        document.put("services", services);
        document.put("service_config", rumors(configs));
        document.put("latest_service_config", configs);
        document.put("service_file", rumors(files));
        document.put("service_files", files);
        document.put("election", rumors(nested));
        document.put("latest_election", elections);
        document.put("election_update", rumors(Map.of()));
        document.put("latest_election_update", Map.of());
        Map<String, Object> departed = new LinkedHashMap<>();
        this.departures.all()
            .forEach((departure) -> departed.put(departure.member().hex(),
                    Map.of("member_id", departure.member().hex())));
        document.put("departure", rumors(departed.isEmpty() ? Map.of() : Map.of("departure", departed)));
        document.put("departed_members", List.copyOf(departed.keySet()));
        return document;
    }

    /** Those that are there, those that belong to a group, and those that departed. */
    private Map<String, Map<String, Object>> membership() {
        RingView view = this.replica.view();
        Map<String, Map<String, Object>> membership = new LinkedHashMap<>();
        for (KnownMember member : KnownMember.all(view, this.registry.groups().values())) {
            membership.put(member.id().hex(), member(member.address().orElse(":0"),
                    view.find(member.id()).map(RingView.Peer::incarnation).orElse(0L), standing(member)));
        }
        this.departures.all()
            .forEach((departure) -> membership.put(departure.member().hex(), member(":0", 0, Standing.DEPARTED)));
        return membership;
    }

    private Standing standing(KnownMember member) {
        if (member.present()) {
            return Standing.ALIVE;
        }
        boolean missed = member.groups()
            .stream()
            .flatMap((group) -> this.registry.group(group).stream())
            .flatMap((group) -> Optional.ofNullable(group.members().get(member.id())).stream())
            .anyMatch((known) -> known.standing() == Standing.SUSPECT);
        return missed ? Standing.SUSPECT : Standing.CONFIRMED;
    }

    private static Map<String, Object> member(String address, long incarnation, Standing standing) {
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("incarnation", incarnation);
        member.put("address", address.substring(0, colon));
        member.put("swim_port", port);
        member.put("gossip_port", port);
        // Every member is looked for for ever.
        member.put("persistent", true);
        member.put("health", word(standing));
        return member;
    }

    private static String word(Standing standing) {
        return switch (standing) {
            case ALIVE -> "Alive";
            case SUSPECT -> "Suspect";
            case CONFIRMED -> "Confirmed";
            case DEPARTED -> "Departed";
        };
    }

    private static Map<String, Object> services(GroupSnapshot group) {
        Map<String, Object> services = new LinkedHashMap<>();
        for (GroupSnapshot.Member member : group.members().values()) {
            if (CensusDocument.listed(member) && member.state().isPresent()) {
                MemberState state = member.state().get();
                Map<String, Object> service = new LinkedHashMap<>();
                service.put("member_id", member.id().hex());
                service.put("service_group", group.name().toString());
                service.put("package", state.ident());
                service.put("incarnation", member.incarnation());
                service.put("initialized", member.activity() == GroupMember.Activity.RUNNING);
                service.put("cfg", state.told().shown());
                service.put("sys", CensusDocument.sys(state.host()));
                services.put(member.id().hex(), service);
            }
        }
        return services;
    }

    private Optional<Map<String, Object>> config(GroupSnapshot group) {
        return group.current()
            .map((current) -> Map.of("service_group", group.name().toString(), "incarnation", current.number(),
                    "encrypted", current.envelope().isPresent(), "revision", current.id(), "from_id", this.self.hex(),
                    "config", List.of()));
    }

    private Map<String, Object> files(GroupSnapshot group) {
        Map<String, Object> files = new LinkedHashMap<>();
        group.current()
            .ifPresent((current) -> current.files()
                .all()
                .forEach((file) -> files.put(file.name().text(), file(group, file))));
        return files;
    }

    private Map<String, Object> file(GroupSnapshot group, RevisionFile file) {
        return Map.of("service_group", group.name().toString(), "filename", file.name().text(), "incarnation",
                file.number(), "encrypted", file.content().envelope().isPresent(), "from_id", this.self.hex());
    }

    /** Who was said to lead. */
    private static Optional<Map<String, Object>> election(GroupSnapshot group) {
        return group.leads()
            .map((leads) -> Map.of("member_id", leads.member().hex(), "from_id", leads.member().hex(), "service_group",
                    group.name().toString(), "term", leads.term(), "suitability", 0, "status", "Finished", "votes",
                    group.voters().stream().map(MemberId::hex).toList()));
    }

    private static void putUnlessEmpty(Map<String, Object> all, String name, Map<String, Object> some) {
        if (!some.isEmpty()) {
            all.put(name, some);
        }
    }

    private static Map<String, Object> rumors(Map<String, Object> list) {
        return Map.of("list", list, "update_counter", 0);
    }

}
