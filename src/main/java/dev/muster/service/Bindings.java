package dev.muster.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.muster.pack.InstalledPackage;

/**
 * The groups that a service is bound to, as they are seen at one moment. A bind is
 * satisfied when its group has a member that is there and runs, and when each of those
 * exports all that the package needs: one that does not would be rendered with nothing in
 * its place.
 *
 * @param strict whether a first start waits until all are satisfied
 * @param missing what the package asks of the spec and does not find; empty for nothing
 */
record Bindings(boolean strict, String missing, List<Seen> all) {

    static final Bindings NONE = new Bindings(false, "", List.of());

    Bindings {
        all = List.copyOf(all);
    }

    static Bindings look(InstalledPackage pack, ServiceSpec spec, ServiceContext context, KeptBinds kept) {
        List<Seen> all = new ArrayList<>();
        for (Bind bind : Bind.of(spec)) {
            BoundGroup now = BoundGroup.of(bind.group(), context);
            List<String> exports = bind.exports(pack);
            all.add(new Seen(bind, pack.binds().containsKey(bind.name()), exports, now, lack(bind, exports, now),
                    kept.find(bind)));
        }
        return new Bindings(spec.bindingMode() == BindingMode.STRICT, Bind.problem(pack, spec).orElse(""), all);
    }

    private static String lack(Bind bind, List<String> exports, BoundGroup now) {
        List<GroupMember> active = now.active();
        if (active.isEmpty()) {
            return now.all().isEmpty() ? bind.group() + " has no member" : "no member of " + bind.group() + " runs: "
                    + now.all().stream().map(Bindings::absence).collect(Collectors.joining(", "));
        }
        List<String> lacks = new ArrayList<>();
        for (GroupMember member : active) {
            List<String> lacking = exports.stream()
                .filter((export) -> !member.exports().values().containsKey(export))
                .toList();
            if (!lacking.isEmpty()) {
                lacks.add(member.name() + " of " + bind.group() + " does not export " + String.join(", ", lacking));
            }
        }
        return String.join("; ", lacks);
    }

    private static String absence(GroupMember member) {
        boolean here = member.standing() == GroupMember.Standing.ALIVE;
        return member.name() + (here
                ? (member.activity() == GroupMember.Activity.STOPPED) ? " is stopped" : " waits to start" : " is away");
    }

    /**
     * Why a start has to wait; empty when it has not. What the process before was given,
     * before its node died, is enough to go by.
     */
    Optional<String> awaited() {
        return this.missing.isEmpty() ? barrier() : Optional.of(this.missing);
    }

    /**
     * Why a process that runs cannot be given other files: a strict bind would vanish
     * from them.
     */
    Optional<String> barrier() {
        String reasons = open().filter((seen) -> seen.kept.isEmpty())
            .map((seen) -> "for bind " + seen.bind.name() + ": " + seen.lack)
            .collect(Collectors.joining("; "));
        return (this.strict && !reasons.isEmpty()) ? Optional.of(reasons) : Optional.empty();
    }

    private Stream<Seen> open() {
        return this.all.stream().filter((seen) -> !seen.satisfied());
    }

    /** What is to be said of a process that runs although something is missing. */
    String notes() {
        return Stream
            .concat(Stream.of(this.missing).filter((text) -> !text.isEmpty()),
                    open().map((seen) -> seen.status().note()))
            .collect(Collectors.joining("; "));
    }

    /** Those that an operator would be told of, as they are now. */
    List<BindStatus> news(Bindings before) {
        List<BindStatus> news = new ArrayList<>();
        for (BindStatus now : statuses()) {
            Optional<BindStatus> then = before.statuses()
                .stream()
                .filter((known) -> known.name().equals(now.name()) && known.group().equals(now.group()))
                .findFirst();
            boolean again = now.satisfied() && then.filter((known) -> !known.satisfied()).isPresent();
            boolean lost = !now.satisfied()
                    && then.filter((known) -> known.reason().equals(now.reason()) && known.kept() == now.kept())
                        .isEmpty();
            if (again || lost) {
                news.add(now);
            }
        }
        return news;
    }

    List<BindStatus> statuses() {
        return this.all.stream().map(Seen::status).toList();
    }

    /** What templates are given, by the names of the binds. */
    Map<String, BoundGroup> used() {
        Map<String, BoundGroup> used = new TreeMap<>();
        this.all.forEach((seen) -> seen.used().ifPresent((group) -> used.put(seen.bind.name(), group)));
        return used;
    }

    /** What templates see, by the names of the binds. */
    Map<String, Object> data() {
        Map<String, Object> data = new LinkedHashMap<>();
        this.all.forEach((seen) -> seen.used()
            .ifPresent((group) -> data.put(seen.bind.name(), group.toTree(seen.bind.group()))));
        return data;
    }

    /** The names of binds that two renderings saw differently. */
    static List<String> changed(Map<String, BoundGroup> before, Map<String, BoundGroup> after) {
        Map<String, BoundGroup> all = new TreeMap<>(before);
        all.putAll(after);
        return all.keySet().stream().filter((name) -> !Objects.equals(before.get(name), after.get(name))).toList();
    }

    /**
     * One of them.
     *
     * @param required whether the package needs it
     * @param lack why it is not satisfied; empty when it is
     * @param kept what was there when it was satisfied last, while the process runs
     */
    record Seen(Bind bind, boolean required, List<String> exports, BoundGroup now, String lack,
            Optional<BoundGroup> kept) {

        boolean satisfied() {
            return this.lack.isEmpty();
        }

        Optional<BoundGroup> used() {
            return satisfied() ? Optional.of(this.now) : this.kept;
        }

        BindStatus status() {
            return new BindStatus(this.bind.name(), this.bind.group(), this.required, this.exports,
                    this.now.active().size(), satisfied(), !satisfied() && this.kept.isPresent(), this.lack);
        }

    }

}
