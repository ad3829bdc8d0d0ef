package dev.muster.group;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.muster.pack.PackageIdent;

/**
 * The releases of its package that a group is to run, and those that a rollout which is
 * not complete may be taken back to.
 *
 * @param why by release, what the group is to do with it, as a part of a sentence
 */
public record NeededReleases(Map<PackageIdent, String> why) {

    public NeededReleases {
        why = Collections.unmodifiableMap(new LinkedHashMap<>(why));
    }

    public static NeededReleases of(GroupSnapshot group) {
        Map<PackageIdent, String> why = new LinkedHashMap<>();
        Optional<Revision> current = group.current();
        current.flatMap(group::release)
            .ifPresent((release) -> why.put(release, "is to run it with revision " + current.get().id()));
        Optional<PackageIdent> proven = group.proven()
            .flatMap((base) -> group.find(base.id()))
            .flatMap(group::release)
            .or(() -> group.complete().flatMap((known) -> group.allowed(known).release()));
        proven.ifPresent((release) -> why.putIfAbsent(release, goesBack(current)));
        current.filter((revision) -> !group.isComplete(revision))
            .flatMap(Revision::replaces)
            .ifPresent((release) -> why.putIfAbsent(release, goesBack(current)));
        return new NeededReleases(why);
    }

    private static String goesBack(Optional<Revision> current) {
        return "goes back to it if revision " + current.map(Revision::id).orElse("none") + " fails";
    }

}
