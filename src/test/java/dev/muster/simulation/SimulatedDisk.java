package dev.muster.simulation;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import dev.muster.rumor.Fact;
import dev.muster.rumor.FactLog;
import dev.muster.rumor.Hash;

/** A disk with a cache that a crash loses, as disks have. */
final class SimulatedDisk implements FactLog {

    private final Simulation simulation;

    private final Map<Hash, Fact> synced = new LinkedHashMap<>();

    private final Deque<Batch> unsynced = new ArrayDeque<>();

    /** Damaged, and not written again since. */
    private final Set<Hash> damaged = new HashSet<>();

    private boolean syncing;

    private boolean full;

    private int life;

    SimulatedDisk(Simulation simulation) {
        this.simulation = simulation;
    }

    @Override
    public void append(List<Fact> facts, Completion completion) {
        this.unsynced.add(new Batch(facts, completion));
        sync();
    }

    /** One sync at a time, of all that waits by then. */
    private void sync() {
        if (this.syncing) {
            return;
        }
        this.syncing = true;
        int started = this.life;
        this.simulation.at(this.simulation.latency(), () -> {
            if (this.life != started) {
                return;
            }
            List<Batch> batches = List.copyOf(this.unsynced);
            this.unsynced.clear();
            this.syncing = false;
            for (Batch batch : batches) {
                if (this.full) {
                    batch.completion.failed(new IOException("No space left on device"));
                }
                else {
                    batch.facts.forEach(this::write);
                    batch.completion.synced();
                }
            }
        });
    }

    private void write(Fact fact) {
        this.synced.put(fact.hash(), fact);
        this.damaged.remove(fact.hash());
    }

    @Override
    public Fact read(Hash hash) throws IOException {
        Fact fact = this.synced.get(hash);
        if (fact == null) {
            throw new IOException("Not on this disk: " + hash);
        }
        return fact;
    }

    @Override
    public void drop(Collection<Hash> hashes) {
        hashes.forEach(this.synced::remove);
    }

    /** Loses what was not synced. */
    void crash() {
        this.unsynced.clear();
        this.syncing = false;
        this.life++;
    }

    /**
     * Loses a part of what was not synced: some of its writes had reached the disk,
     * though nobody was told so.
     */
    void crash(Random random) {
        for (Batch batch : List.copyOf(this.unsynced)) {
            for (Fact fact : batch.facts) {
                if (!this.full && random.nextBoolean()) {
                    write(fact);
                }
            }
        }
        crash();
    }

    /** What it holds of this fact is not what was written. */
    void damage(Hash hash) {
        if (this.synced.remove(hash) != null) {
            this.damaged.add(hash);
        }
    }

    boolean isDamaged(Hash hash) {
        return this.damaged.contains(hash);
    }

    void full(boolean isFull) {
        this.full = isFull;
    }

    boolean holds(Hash hash) {
        return this.synced.containsKey(hash);
    }

    List<Fact> facts() {
        return List.copyOf(this.synced.values());
    }

    private record Batch(List<Fact> facts, Completion completion) {
    }

}
