package dev.muster.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.rumor.Hash;
import dev.muster.store.Segment.Place;

/**
 * Which facts there are and where they lie; their content stays on disk. Changed by the
 * thread that writes; {@link #find} and {@link #lost} may be called by any.
 */
final class Catalog {

    private final Path directory;

    private final Map<Hash, Place> places = new ConcurrentHashMap<>();

    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    Catalog(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return this.directory;
    }

    /** In the order of writing. */
    List<Segment> segments() {
        return List.copyOf(this.segments.values());
    }

    /** The number of the segment written last, or 0. */
    long lastNumber() {
        return this.segments.isEmpty() ? 0 : this.segments.lastKey();
    }

    void add(Segment segment) {
        this.segments.put(segment.number(), segment);
    }

    void remove(Segment segment) {
        this.segments.remove(segment.number());
    }

    Optional<Place> find(Hash hash) {
        return Optional.ofNullable(this.places.get(hash));
    }

    boolean has(Hash hash) {
        return this.places.containsKey(hash);
    }

    int size() {
        return this.places.size();
    }

    /** A fact lies here now; where it lay before does not count any more. */
    void put(Hash hash, Place place) {
        Place before = this.places.put(hash, place);
        place.segment().live(place);
        if (before != null) {
            before.segment().bury(hash, before);
        }
    }

    /**
     * A fact is no longer kept.
     * @return whether it was
     */
    boolean bury(Hash hash) {
        Place place = this.places.remove(hash);
        if (place != null) {
            place.segment().bury(hash, place);
        }
        return place != null;
    }

    /** What lies here cannot be read; does nothing when the fact was moved meanwhile. */
    void lost(Hash hash, Place place) {
        this.places.remove(hash, place);
    }

    /** Offset to hash of the facts that lie in this segment and count. */
    Map<Long, Hash> in(Segment segment) {
        Map<Long, Hash> found = new HashMap<>();
        this.places.forEach((hash, place) -> {
            if (place.segment() == segment) {
                found.put(place.offset(), hash);
            }
        });
        return found;
    }

    /**
     * Drops written in this segment that keep something in another one from coming back.
     */
    Set<Hash> neededDrops(Segment segment) {
        Collection<Segment> others = new ArrayList<>(this.segments.values());
        others.remove(segment);
        Set<Hash> needed = new LinkedHashSet<>();
        for (Hash hash : segment.dropped()) {
            if (!has(hash) && others.stream().anyMatch((other) -> other.buried().contains(hash))) {
                needed.add(hash);
            }
        }
        return needed;
    }

}
