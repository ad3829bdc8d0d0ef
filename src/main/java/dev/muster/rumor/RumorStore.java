package dev.muster.rumor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.muster.rumor.Fact.Retention;
import org.jspecify.annotations.Nullable;

/**
 * The facts one member holds. Merging takes the greater under each key, or the greatest
 * fifty, and nothing else: so it is commutative, associative and idempotent, and members
 * that have seen the same facts hold the same ones. Holds versions of durable facts,
 * whose content is in the log, and all of transient ones. Owned by the node's loop.
 *
 * <p>
 * Facts about a member that has departed are no longer held. That member is departed for
 * ever, so which facts are left does not depend on whether they or its departure came
 * first.
 */
final class RumorStore {

    /** How many facts of a history are kept. */
    static final int HISTORY = Fact.MOST_KEPT;

    /**
     * Keys that are held at most of what others say: each takes some hundred bytes of a
     * heap of 64 MiB, and whoever is in the ring can make up as many as he likes. A ring
     * of 30 members with 500 services each has about half of it.
     */
    static final int MOST_KEYS = 40_000;

    /** Of all transient facts together, which are held in memory whole. */
    static final long MOST_TRANSIENT_BYTES = 16L * 1024 * 1024;

    private final NavigableMap<Slot, Held> slots = new TreeMap<>();

    /** Ids of members that will not come back. */
    private final Set<String> departed = new HashSet<>();

    private @Nullable Roots roots;

    private int facts;

    private long bytes;

    private long transientBytes;

    /**
     * Whether what others say under this key may be held. Only a key that is not held yet
     * can be too much; so beyond the bound, and not before, members may differ.
     * @param coming keys that are about to be held
     */
    boolean hasRoomFor(Fact fact, int coming) {
        Slot slot = Slot.of(fact);
        return this.slots.containsKey(slot) || (this.slots.size() + coming < MOST_KEYS
                && (slot.durable() || this.transientBytes + fact.size() <= MOST_TRANSIENT_BYTES));
    }

    /** Whether {@link #merge} would keep this fact and has not got it yet. */
    boolean wants(Fact fact) {
        if (this.departed.contains(fact.key().detail())) {
            return false;
        }
        Held held = this.slots.get(Slot.of(fact));
        if (held == null) {
            return true;
        }
        Entry known = held.entries.get(fact.version());
        if (known != null) {
            return known.damaged;
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
        count(held.entries.put(fact.version(), new Entry(fact.size(), slot.durable() ? null : fact, false)), -1);
        this.facts++;
        this.bytes += fact.size();
        this.transientBytes += slot.durable() ? 0 : fact.size();
        held.digest = null;
        this.roots = null;
        List<Hash> dropped = new ArrayList<>(1);
        while (held.entries.size() > limit(slot.retention())) {
            Map.Entry<Version, Entry> least = held.entries.pollFirstEntry();
            count(least.getValue(), -1);
            dropped.add(least.getKey().hash());
        }
        fact.key().departed().ifPresent((member) -> dropped.addAll(collect(member)));
        return new Merge(true, held.entries.lastKey().equals(fact.version()), dropped);
    }

    /**
     * @return what is no longer on disk because of it
     */
    private List<Hash> collect(MemberId member) {
        List<Hash> dropped = new ArrayList<>();
        if (this.departed.add(member.hex())) {
            this.slots.entrySet().removeIf((slot) -> {
                boolean about = slot.getKey().key().detail().equals(member.hex());
                if (about) {
                    slot.getValue().entries.forEach((version, entry) -> {
                        count(entry, -1);
                        if (slot.getKey().durable()) {
                            dropped.add(version.hash());
                        }
                    });
                }
                return about;
            });
        }
        return dropped;
    }

    private void count(@Nullable Entry entry, int sign) {
        if (entry != null) {
            this.facts += sign;
            this.bytes += (long) sign * entry.size;
            this.transientBytes += (entry.fact != null) ? (long) sign * entry.size : 0;
        }
    }

    /**
     * What is on disk of a fact is not what was written. It counts as before, for what it
     * says is known; others are told that it is not held, and it is wanted again.
     * @return whether it was held
     */
    boolean damage(Hash hash) {
        for (Held held : this.slots.values()) {
            for (Map.Entry<Version, Entry> entry : held.entries.entrySet()) {
                if (entry.getKey().hash().equals(hash)) {
                    Entry known = entry.getValue();
                    entry.setValue(new Entry(known.size, known.fact, true));
                    held.digest = null;
                    this.roots = null;
                    return true;
                }
            }
        }
        return false;
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

    /** Those of {@link #versions} that can be given to others. */
    List<Version> whole(Slot slot) {
        Held held = this.slots.get(slot);
        return (held != null) ? held.whole() : List.of();
    }

    int facts() {
        return this.facts;
    }

    long bytes() {
        return this.bytes;
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

    /** What is held whole under each key, 16 bytes each. */
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

    /**
     * One fact.
     *
     * @param size of its encoded form, in bytes
     * @param fact itself, where it is not on disk
     * @param damaged whether the disk has lost what it says
     */
    private record Entry(int size, @Nullable Fact fact, boolean damaged) {
    }

    private static final class Held {

        private final NavigableMap<Version, Entry> entries = new TreeMap<>();

        private byte @Nullable [] digest;

        List<Version> whole() {
            return this.entries.entrySet()
                .stream()
                .filter((entry) -> !entry.getValue().damaged)
                .map(Map.Entry::getKey)
                .toList();
        }

        byte[] digest() {
            byte[] known = this.digest;
            if (known == null) {
                MessageDigest sum = Hash.digest();
                this.entries.forEach((version, entry) -> {
                    if (!entry.damaged) {
                        version.hash().update(sum);
                    }
                });
                known = Arrays.copyOf(sum.digest(), SlotDigest.LENGTH);
                this.digest = known;
            }
            return known;
        }

    }

}
