package dev.muster.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Groups that are bound to each other in a circle.
 *
 * @param groups from one that the circle goes through; at least one
 * @param binds of each of them to the next, of the last one to the first
 */
public record BindCycle(List<String> groups, List<Tie> binds) {

    public BindCycle {
        groups = List.copyOf(groups);
        binds = List.copyOf(binds);
    }

    /**
     * The shortest circle through a group; one of strict binds alone before any other.
     * @param ties what is known of the binds of a group's members
     */
    public static Optional<BindCycle> through(String group, Function<String, List<Tie>> ties) {
        return search(group, (name) -> ties.apply(name).stream().filter(Tie::strict).toList())
            .or(() -> search(group, ties));
    }

    private static Optional<BindCycle> search(String start, Function<String, List<Tie>> ties) {
        Map<String, BindCycle> ways = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(start));
        ways.put(start, new BindCycle(List.of(), List.of()));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String group = open.remove();
            BindCycle way = ways.get(group);
            if (way == null || !seen.add(group)) {
                continue;
            }
            for (Tie tie : ties.apply(group)) {
                BindCycle longer = way.then(group, tie);
                if (tie.group().equals(start)) {
                    return Optional.of(longer);
                }
                ways.putIfAbsent(tie.group(), longer);
                open.add(tie.group());
            }
        }
        return Optional.empty();
    }

    private BindCycle then(String group, Tie tie) {
        List<String> more = new ArrayList<>(this.groups);
        more.add(group);
        List<Tie> moreTies = new ArrayList<>(this.binds);
        moreTies.add(tie);
        return new BindCycle(more, moreTies);
    }

    /** Whether none of its groups can start its first member before the others. */
    public boolean strict() {
        return this.binds.stream().allMatch(Tie::strict);
    }

    /** What it is, and what to do about it. */
    public String warning() {
        StringBuilder circle = new StringBuilder(this.groups.get(0));
        this.binds
            .forEach((tie) -> circle.append(" binds ").append(tie.group()).append(" (").append(tie.name()).append(')'));
        String service = this.groups.get(0).substring(0, this.groups.get(0).indexOf('.'));
        return this.strict()
                ? "groups wait for each other: " + circle
                        + "; while none of them runs, none can start: let one go first with 'muster svc update "
                        + service + " --binding-mode relaxed'"
                : "groups are bound in a circle: " + circle + "; a change of one renders all of them again";
    }

}
