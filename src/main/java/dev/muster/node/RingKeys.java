package dev.muster.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import dev.muster.key.InvalidKeyException;
import dev.muster.key.RingKey;
import dev.muster.ring.RingCredentials;
import dev.muster.store.KeyCache;
import dev.muster.store.KeyConflictException;
import dev.muster.store.KeysInUse;
import dev.muster.store.UnusableKeyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of this node's ring: with which one it proves itself, and which it accepts
 * from others. Without a word about it the newest is active and all are accepted; once
 * keys were changed while the ring worked, a file says so. A key that is newer than all
 * it names was brought by hand, to a member that was away when the ring's was changed:
 * then that one is active.
 *
 * <p>
 * Any thread; changes one after the other.
 */
public final class RingKeys {

    private static final Logger log = LoggerFactory.getLogger(RingKeys.class);

    private static final String PURPOSE = "traffic of ring ";

    private final String ring;

    private final KeyCache cache;

    private final KeysInUse inUse;

    /** The active one first. */
    private List<RingKey> accepted;

    private Consumer<RingCredentials> changed = (credentials) -> {
    };

    private RingKeys(String ring, KeyCache cache, KeysInUse inUse, List<RingKey> accepted) {
        this.ring = ring;
        this.cache = cache;
        this.inUse = inUse;
        this.accepted = List.copyOf(accepted);
    }

    /**
     * Finds the keys of a ring.
     * @param text of a key that was given in the environment, if any; it is active, and
     * kept
     * @return empty when there is none
     * @throws OptionException when a key was given that is none, or none of this ring
     * @throws IOException when a key cannot be read or kept
     */
    static Optional<RingKeys> find(String ring, @Nullable String text, KeyCache cache) throws IOException {
        KeysInUse inUse = new KeysInUse(cache.directory());
        Optional<RingKey> given = Optional.ofNullable(text).map((key) -> given(ring, key));
        if (given.isPresent()) {
            add(cache, given.get());
        }
        Map<String, RingKey> known = new LinkedHashMap<>();
        for (RingKey key : cache.ringKeys(ring)) {
            known.put(key.revision(), key);
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RingKeys(ring, cache, inUse, ordered(known, given, inUse.of(ring))));
    }

    private static RingKey given(String ring, String text) {
        try {
            RingKey key = RingKey.parse(text);
            if (!key.name().equals(ring)) {
                throw new OptionException("HAB_RING_KEY is a key of ring " + key.name() + ", but this node is of ring "
                        + ring + "; name it with --ring " + key.name() + ", or give a key of ring " + ring);
            }
            return key;
        }
        catch (InvalidKeyException ex) {
            throw new OptionException("HAB_RING_KEY: " + ex.getMessage()
                    + "; put the whole output of muster ring key export " + ring + " into it", ex);
        }
    }

    private static boolean add(KeyCache cache, RingKey key) throws IOException {
        try {
            return cache.add(key);
        }
        catch (KeyConflictException | UnusableKeyException ex) {
            throw new IOException(ex.getMessage(), ex);
        }
    }

    private static List<RingKey> ordered(Map<String, RingKey> newestFirst, Optional<RingKey> given, List<String> said) {
        List<RingKey> order = new ArrayList<>();
        given.ifPresent(order::add);
        String newestSaid = said.stream().max(String::compareTo).orElse("");
        for (RingKey key : newestFirst.values()) {
            if (key.revision().compareTo(newestSaid) > 0 && !order.contains(key)) {
                order.add(key);
            }
        }
        for (String revision : said) {
            RingKey key = newestFirst.get(revision);
            if (key != null && !order.contains(key)) {
                order.add(key);
            }
        }
        // Older ones that are not named were given up; one of them is better than none.
        if (order.isEmpty()) {
            order.addAll(newestFirst.values().stream().limit(1).toList());
        }
        return order;
    }

    /** What proves that this node is of the ring, and what others may prove it with. */
    synchronized RingCredentials credentials() {
        return RingCredentials.of(this.accepted.stream()
            .map((key) -> new RingCredentials.Seed(key.revision(),
                    key.derive(PURPOSE + this.ring, RingCredentials.SEED_BYTES)))
            .toList());
    }

    String ring() {
        return this.ring;
    }

    /** All that are accepted, the active one first. */
    synchronized List<RingKey> accepted() {
        return this.accepted;
    }

    /** From now on told of every change; it must take it at once. */
    synchronized void listen(Consumer<RingCredentials> listener) {
        this.changed = listener;
    }

    /**
     * Accepts one more.
     * @throws IOException when it cannot be kept; then nothing has changed
     */
    synchronized void accept(RingKey key) throws IOException {
        requireRing(key);
        if (this.accepted.contains(key)) {
            return;
        }
        List<RingKey> next = new ArrayList<>(this.accepted);
        next.add(key);
        // First what says which one is active: the newest there is not, yet.
        save(next);
        add(this.cache, key);
        take(next);
    }

    /**
     * Proves itself with one of those that are accepted.
     * @throws IllegalArgumentException when it is not accepted here
     * @throws IOException when that cannot be kept; then nothing has changed
     */
    synchronized void activate(String revision) throws IOException {
        RingKey key = find(revision);
        List<RingKey> next = new ArrayList<>(this.accepted);
        next.remove(key);
        next.add(0, key);
        save(next);
        take(next);
    }

    /**
     * Accepts the active one only.
     * @param revision which that is, so that who says this late gives up nothing
     * @throws IllegalArgumentException when another one is active
     * @throws IOException when that cannot be kept; then nothing has changed
     */
    synchronized void giveUpOthers(String revision) throws IOException {
        RingKey active = this.accepted.get(0);
        if (!active.revision().equals(revision)) {
            throw new IllegalArgumentException(
                    "The active key of ring " + this.ring + " is " + active.revision() + " here, not " + revision);
        }
        save(List.of(active));
        take(List.of(active));
    }

    private void requireRing(RingKey key) {
        if (!key.name().equals(this.ring)) {
            throw new IllegalArgumentException(key.id() + " is no key of ring " + this.ring);
        }
    }

    private RingKey find(String revision) {
        return this.accepted.stream()
            .filter((key) -> key.revision().equals(revision))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("The key " + this.ring + "-" + revision
                    + " is not accepted here; accepted: " + this.accepted.stream().map(RingKey::revision).toList()));
    }

    private void save(List<RingKey> next) throws IOException {
        this.inUse.save(this.ring, next.stream().map(RingKey::revision).toList());
    }

    private void take(List<RingKey> next) {
        this.accepted = List.copyOf(next);
        log.info("Ring keys kept: ring={} active={} accepted={}", this.ring, next.get(0).revision(),
                next.stream().map(RingKey::revision).toList());
        this.changed.accept(credentials());
    }

}
