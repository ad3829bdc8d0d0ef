package dev.muster.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.muster.rumor.MemberId;

/**
 * Members of one group that differ in what they should share. Only its name makes a
 * group, so nothing keeps two packages of one name apart, nor two topologies.
 */
public final class Mismatch {

    private Mismatch() {
    }

    /** How the members differ, in words; empty when they do not. */
    public static Optional<String> of(GroupSnapshot group) {
        Map<String, List<String>> origins = new TreeMap<>();
        Map<String, List<String>> topologies = new TreeMap<>();
        group.members().values().forEach((member) -> add(member, origins, topologies));
        return told(origins, topologies);
    }

    /**
     * The same, with what one member is about to be.
     * @param name of that member
     * @param ident the package that it loads the service from
     */
    public static Optional<String> of(Optional<GroupSnapshot> group, MemberId self, String name, String ident,
            String topology) {
        Map<String, List<String>> origins = new TreeMap<>();
        Map<String, List<String>> topologies = new TreeMap<>();
        note(origins, origin(ident), name);
        note(topologies, topology, name);
        group.ifPresent((known) -> known.members()
            .values()
            .stream()
            .filter((member) -> !member.id().equals(self))
            .forEach((member) -> add(member, origins, topologies)));
        return told(origins, topologies);
    }

    private static void add(GroupSnapshot.Member member, Map<String, List<String>> origins,
            Map<String, List<String>> topologies) {
        note(origins, origin(member.state().map(MemberState::ident).orElse(member.ident())), member.name());
        member.state().ifPresent((state) -> note(topologies, state.topology(), member.name()));
    }

    private static String origin(String ident) {
        return ident.substring(0, Math.max(ident.indexOf('/'), 0));
    }

    private static void note(Map<String, List<String>> names, String value, String name) {
        if (!value.isEmpty()) {
            names.computeIfAbsent(value, (fresh) -> new ArrayList<>()).add(name);
        }
    }

    private static Optional<String> told(Map<String, List<String>> origins, Map<String, List<String>> topologies) {
        List<String> texts = new ArrayList<>();
        if (origins.size() > 1) {
            texts.add("packages of different origin, " + told(origins));
        }
        if (topologies.size() > 1) {
            texts.add("different topologies, " + told(topologies));
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of("members have " + String.join("; and ", texts));
    }

    private static String told(Map<String, List<String>> names) {
        return names.entrySet()
            .stream()
            .map((entry) -> entry.getKey() + " on "
                    + entry.getValue().stream().sorted().collect(Collectors.joining(", ")))
            .collect(Collectors.joining(" and "));
    }

}
