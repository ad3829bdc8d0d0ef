package dev.muster.group;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.muster.rumor.Hash;
import dev.muster.rumor.Version;
import org.jspecify.annotations.Nullable;

/**
 * The kept revisions of one group, and what follows from them alone: which one holds,
 * which ones it was made on, which ones were lost. The same on every member that holds
 * the same revisions.
 */
final class History {

    private final NavigableMap<Version, Revision> revisions = new TreeMap<>();

    /**
     * What follows from the revisions; absent until somebody asks. A group is shown anew
     * at each word of each member, and that says nothing of its revisions.
     */
    private @Nullable Derived derived;

    void add(Revision revision) {
        this.revisions.put(revision.version(), revision);
        this.derived = null;
    }

    void remove(Hash hash) {
        this.revisions.values().removeIf((revision) -> revision.hash().equals(hash));
        this.derived = null;
    }

    boolean holds(Revision revision) {
        return this.revisions.containsKey(revision.version());
    }

    Optional<Revision> current() {
        return this.revisions.isEmpty() ? Optional.empty() : Optional.of(this.revisions.lastEntry().getValue());
    }

    /** The greatest first. */
    List<Revision> newestFirst() {
        return derived().newestFirst;
    }

    private Derived derived() {
        Derived known = this.derived;
        if (known == null) {
            known = new Derived(List.copyOf(this.revisions.descendingMap().values()), Set.copyOf(findLost()));
            this.derived = known;
        }
        return known;
    }

    /**
     * The current revision, the one it was made on, and so on, as far as they are kept.
     */
    List<Revision> baseChain() {
        List<Revision> chain = new ArrayList<>();
        Optional<Revision> next = current();
        while (next.isPresent() && chain.size() <= this.revisions.size()) {
            chain.add(next.get());
            next = next.get().base().flatMap((base) -> find(base.hash()));
        }
        return chain;
    }

    /**
     * Kept, but not on the base chain: somebody made another one of the same base, and
     * that one won.
     */
    Set<Hash> lost() {
        return derived().lost;
    }

    private Set<Hash> findLost() {
        Set<Hash> lost = new HashSet<>();
        this.revisions.values().forEach((revision) -> lost.add(revision.hash()));
        List<Revision> chain = baseChain();
        chain.forEach((revision) -> lost.remove(revision.hash()));
        // Where the chain ends because its next link is no longer kept, nobody can tell
        // what lay below it.
        Revision end = chain.isEmpty() ? null : chain.get(chain.size() - 1);
        if (end != null && end.base().isPresent()) {
            this.revisions.headMap(end.version(), false).values().forEach((older) -> lost.remove(older.hash()));
        }
        return lost;
    }

    private Optional<Revision> find(Hash hash) {
        return this.revisions.values().stream().filter((revision) -> revision.hash().equals(hash)).findFirst();
    }

    /**
     * Finds a revision as people name it: {@code current}, an id as {@code 7-3f9a1c02},
     * or a bare number, which means the one on the base chain and, where that has none,
     * the only one of that number.
     */
    static Optional<Revision> find(String name, List<Revision> newestFirst, Set<Hash> lost) {
        if (name.equals("current")) {
            return newestFirst.stream().findFirst();
        }
        Optional<Revision> byId = newestFirst.stream().filter((revision) -> revision.id().equals(name)).findFirst();
        if (byId.isPresent() || name.indexOf('-') >= 0) {
            return byId;
        }
        List<Revision> sameNumber = newestFirst.stream()
            .filter((revision) -> Long.toString(revision.number()).equals(name))
            .toList();
        return sameNumber.stream()
            .filter((revision) -> !lost.contains(revision.hash()))
            .findFirst()
            .or(() -> (sameNumber.size() == 1) ? Optional.of(sameNumber.get(0)) : Optional.empty());
    }

    private record Derived(List<Revision> newestFirst, Set<Hash> lost) {
    }

}
