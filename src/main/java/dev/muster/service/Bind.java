package dev.muster.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.muster.pack.InstalledPackage;

/**
 * Another group that a service needs, under the name that its package has for it.
 *
 * @param name what the package calls it
 * @param group {@code postgres.prod}, with an organisation {@code postgres.prod@org}
 */
record Bind(String name, String group) {

    /**
     * @param text {@code name:service.group[@org]}, as a spec has it
     */
    static Bind parse(String text) {
        int colon = text.indexOf(':');
        return new Bind(text.substring(0, colon), text.substring(colon + 1));
    }

    static List<Bind> of(ServiceSpec spec) {
        return spec.binds().stream().map(Bind::parse).toList();
    }

    static boolean binds(ServiceSpec spec, String group) {
        return of(spec).stream().anyMatch((bind) -> bind.group.equals(group));
    }

    /**
     * @throws MalformedSpecException when the package needs a bind that the spec does not
     * map, or the spec maps one that the package does not know
     */
    static void check(InstalledPackage pack, ServiceSpec spec) {
        TreeSet<String> mapped = of(spec).stream().map(Bind::name).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> missing = new TreeSet<>(pack.binds().keySet());
        missing.removeAll(mapped);
        if (!missing.isEmpty()) {
            throw new MalformedSpecException(pack.ident() + " needs the binds " + String.join(", ", missing)
                    + ": name the group for each with --bind " + missing.first() + ":SERVICE.GROUP");
        }
        mapped.removeAll(pack.binds().keySet());
        mapped.removeAll(pack.optionalBinds().keySet());
        if (!mapped.isEmpty()) {
            TreeSet<String> known = new TreeSet<>(pack.binds().keySet());
            known.addAll(pack.optionalBinds().keySet());
            throw new MalformedSpecException(pack.ident() + " has no bind " + String.join(", ", mapped)
                    + (known.isEmpty() ? "; it has none" : "; it has " + String.join(", ", known)));
        }
    }

    /**
     * Why a service that waits for its binds cannot be started yet; empty when it can.
     */
    static Optional<String> awaited(InstalledPackage pack, ServiceSpec spec, ServiceContext context) {
        List<String> reasons = new ArrayList<>();
        if (spec.bindingMode() == BindingMode.STRICT) {
            for (Bind bind : of(spec)) {
                bind.missing(pack, context).ifPresent(reasons::add);
            }
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of("for " + String.join("; for ", reasons));
    }

    private Optional<String> missing(InstalledPackage pack, ServiceContext context) {
        List<GroupMember> members = context.members(this.group);
        if (members.isEmpty()) {
            return Optional.of("a member of " + this.group + ", its bind " + this.name);
        }
        List<String> needed = pack.binds()
            .getOrDefault(this.name, pack.optionalBinds().getOrDefault(this.name, List.of()));
        if (members.stream().anyMatch((member) -> member.exports().values().keySet().containsAll(needed))) {
            return Optional.empty();
        }
        return Optional.of("a member of " + this.group + ", its bind " + this.name + ", that exports "
                + String.join(", ", needed));
    }

    /** What templates see of the binds that have members now, by their names. */
    static Map<String, Object> data(ServiceSpec spec, ServiceContext context) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (Bind bind : of(spec)) {
            List<Map<String, Object>> members = bind.members(context);
            if (!members.isEmpty()) {
                Map<String, Object> bound = new LinkedHashMap<>();
                bound.put("members", members);
                Optional<Map<String, Object>> leader = Leaders.among(members);
                leader.ifPresent((found) -> bound.put("leader", found));
                bound.put("first", leader.orElse(members.get(0)));
                data.put(bind.name, bound);
            }
        }
        return data;
    }

    private List<Map<String, Object>> members(ServiceContext context) {
        String[] halves = this.group.split("@", 2);
        int dot = halves[0].indexOf('.');
        String service = (dot < 0) ? halves[0] : halves[0].substring(0, dot);
        String name = halves[0].substring(dot + 1);
        Optional<String> organisation = (halves.length > 1) ? Optional.of(halves[1]) : Optional.empty();
        Optional<String> leader = context.leader(this.group);
        return context.members(this.group).stream().map((member) -> {
            Map<String, Object> tree = member.toTree(service, name, organisation);
            leader.ifPresent((id) -> {
                tree.put("leader", id.equals(member.memberId()));
                tree.put("follower", !id.equals(member.memberId()));
            });
            return tree;
        }).toList();
    }

}
