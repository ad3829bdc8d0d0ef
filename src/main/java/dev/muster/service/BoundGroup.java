package dev.muster.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a service sees of a group that it is bound to.
 *
 * @param all its members, also those that are gone, by member id
 * @param leader member id of who leads it
 */
record BoundGroup(List<GroupMember> all, Optional<String> leader) {

    BoundGroup {
        all = List.copyOf(all);
    }

    static BoundGroup of(String group, ServiceContext context) {
        return new BoundGroup(context.members(group), context.leader(group));
    }

    /** Those that are there and run the service. */
    List<GroupMember> active() {
        return this.all.stream().filter(GroupMember::active).toList();
    }

    /** As it may be shown. */
    BoundGroup shown() {
        return new BoundGroup(this.all.stream().map(GroupMember::shown).toList(), this.leader);
    }

    /**
     * As templates see it; to be asked of one that has active members.
     * @param group its name, {@code postgres.prod@org}
     */
    Map<String, Object> toTree(String group) {
        String[] halves = group.split("@", 2);
        int dot = halves[0].indexOf('.');
        Optional<String> organisation = (halves.length > 1) ? Optional.of(halves[1]) : Optional.empty();
        List<Map<String, Object>> trees = new ArrayList<>();
        List<Map<String, Object>> active = new ArrayList<>();
        for (GroupMember member : this.all) {
            Map<String, Object> tree = member.toTree(halves[0].substring(0, dot), halves[0].substring(dot + 1),
                    organisation);
            this.leader.ifPresent((id) -> {
                tree.put("leader", id.equals(member.memberId()));
                tree.put("follower", !id.equals(member.memberId()));
            });
            if (member.activity() != GroupMember.Activity.STOPPED) {
                trees.add(tree);
            }
            if (member.active()) {
                active.add(tree);
            }
        }
        Map<String, Object> bound = new LinkedHashMap<>();
        bound.put("members", active);
        bound.put("all_members", trees);
        Optional<Map<String, Object>> found = Leaders.among(active);
        found.ifPresent((tree) -> bound.put("leader", tree));
        bound.put("first", found.orElse(active.get(0)));
        return bound;
    }

    /** The same to be kept on disk. */
    Map<String, Object> toKept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        this.leader.ifPresent((id) -> kept.put("leader", id));
        kept.put("members", this.all.stream().map(GroupMember::toKept).toList());
        return kept;
    }

    /**
     * @throws RuntimeException when the tree is none of ours
     */
    static BoundGroup ofKept(Map<?, ?> tree) {
        List<GroupMember> members = new ArrayList<>();
        if (tree.get("members") instanceof List<?> list) {
            list.forEach((member) -> members.add(GroupMember.ofKept((Map<?, ?>) member)));
        }
        return new BoundGroup(members, (tree.get("leader") instanceof String id) ? Optional.of(id) : Optional.empty());
    }

}
