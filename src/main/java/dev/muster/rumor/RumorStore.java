package dev.muster.rumor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

import dev.muster.rumor.Fact.Retention;
import org.jspecify.annotations.Nullable;

/**
 * The facts one member holds. Merging takes the greater under each key, or the greatest
 * fifty, and nothing else: so it is commutative, associative and idempotent, and members
 * that have seen the same facts hold the same ones. Holds versions of durable facts,
 * whose content is in the log, and all of transient ones. Owned by the node's loop.
 */
final class RumorStore {

    /** How many facts of a history are kept. */
    static final int HISTORY = 50;

    private final NavigableMap<Slot, Held> slots = new TreeMap<>();

    private @Nullable Roots roots;

    /** Whether {@link #merge} would keep this fact and has not got it yet. */
    boolean wants(Fact fact) {
        Held held = this.slots.get(Slot.of(fact));
        if (held == null) {
            return true;
        }
        if (held.entries.containsKey(fact.version())) {
            return false;
        }
        return held.entries.size() < limit(fact.retention()) || held.entries.firstKey().compareTo(fact.version()) < 0;
    }

    /** Takes a fact; for a durable one its bytes must be on disk before. */
    Merge merge(Fact fact) {
        if (!wants(fact)) {
            return Merge.NOTHING;
        }
        Slot slot = Slot.of(fact);
        Held held = this.slots.computeIfAbsent(slot, (key) -> new Held());
        held.entries.put(fact.version(), new Entry(fact.size(), slot.durable() ? null : fact));
        held.digest = null;
        this.roots = null;
        List<Hash> dropped = new ArrayList<>(1);
        while (held.entries.size() > limit(slot.retention())) {
            dropped.add(held.entries.pollFirstEntry().getKey().hash());
        }
        return new Merge(true, held.entries.lastKey().equals(fact.version()), dropped);
    }

    private static int limit(Retention retention) {
        return (retention == Retention.HISTORY) ? HISTORY : 1;
    }

    Optional<Version> greatest(Slot slot) {
        return Optional.ofNullable(this.slots.get(slot)).map((held) -> held.entries.lastKey());
    }

    /** The fact itself where it is held in memory. */
    Optional<Fact> inMemory(Slot slot, Version version) {
        return Optional.ofNullable(this.slots.get(slot))
            .map((held) -> held.entries.get(version))
            .map((entry) -> entry.fact);
    }

    /** All versions held under a key, the lowest first. */
    Collection<Version> versions(Slot slot) {
        Held held = this.slots.get(slot);
        return (held != null) ? Collections.unmodifiableCollection(held.entries.keySet()) : List.of();
    }

    Collection<Slot> slots() {
        return Collections.unmodifiableCollection(this.slots.keySet());
    }

    int facts() {
        return this.slots.values().stream().mapToInt((held) -> held.entries.size()).sum();
    }

    long bytes() {
        return this.slots.values()
            .stream()
            .flatMap((held) -> held.entries.values().stream())
            .mapToLong((entry) -> entry.size)
            .sum();
    }

    /**
     * Two hashes that are equal on two members exactly when these hold the same facts.
     */
    Roots roots() {
        Roots known = this.roots;
        if (known == null) {
            MessageDigest durable = Hash.digest();
            MessageDigest transients = Hash.digest();
            this.slots.forEach((slot, held) -> {
                MessageDigest digest = slot.durable() ? durable : transients;
                update(digest, slot.key().kind());
                update(digest, slot.key().subject());
                update(digest, slot.key().detail());
                digest.update((byte) slot.retention().ordinal());
                digest.update(held.digest());
            });
            known = new Roots(SlotDigest.shortened(durable.digest()), SlotDigest.shortened(transients.digest()));
            this.roots = known;
        }
        return known;
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (bytes.length >>> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }

    /** What is held under each key, 16 bytes each. */
    Map<Slot, SlotDigest> digests(boolean durable, boolean transients) {
        Map<Slot, SlotDigest> digests = new TreeMap<>();
        this.slots.forEach((slot, held) -> {
            if (slot.durable() ? durable : transients) {
                digests.put(slot, new SlotDigest(held.digest()));
            }
        });
        return digests;
    }

    /**
     * What merging did.
     *
     * @param kept whether the fact is held now and was not before
     * @param newest whether it is the greatest of its key now
     * @param dropped what is no longer held because of it
     */
    record Merge(boolean kept, boolean newest, List<Hash> dropped) {

        static final Merge NOTHING = new Merge(false, false, List.of());

    }

    /** Sixteen bytes for each half of what a member holds. */
    record Roots(SlotDigest durable, SlotDigest transients) {
    }

    private record Entry(int size, @Nullable Fact fact) {
    }

    private static final class Held {

        private final NavigableMap<Version, Entry> entries = new TreeMap<>();

        private byte @Nullable [] digest;

        byte[] digest() {
            byte[] known = this.digest;
            if (known == null) {
                MessageDigest sum = Hash.digest();
                this.entries.keySet().forEach((version) -> version.hash().update(sum));
                known = Arrays.copyOf(sum.digest(), SlotDigest.LENGTH);
                this.digest = known;
            }
            return known;
        }

    }

}
