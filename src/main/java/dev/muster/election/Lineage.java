package dev.muster.election;

import java.util.Comparator;

/**
 * One line of elections of a group, from its founding or its recovery on. Terms count
 * within it. Where two meet, the lower gives way: the later generation stays, of one
 * generation the older. The wall clock decides nothing else here, and whatever it said is
 * the same for everybody from then on.
 *
 * @param generation 1 for one that was founded, one more at each recovery
 * @param foundedMillis when, in milliseconds since 1970 by the founder's clock
 * @param id drawn by lot
 */
public record Lineage(long generation, long foundedMillis, long id) implements Comparable<Lineage> {

    private static final long LAST_GENERATION = 1L << 19;

    private static final long LAST_MILLIS = (1L << 43) - 1;

    private static final Comparator<Lineage> ORDER = Comparator.comparingLong(Lineage::generation)
        .thenComparing(Comparator.comparingLong(Lineage::foundedMillis).reversed())
        .thenComparingLong(Lineage::id);

    public Lineage {
        if (generation < 1 || generation > LAST_GENERATION) {
            throw new IllegalArgumentException(
                    "A lineage has a generation from 1 to " + LAST_GENERATION + ", not " + generation);
        }
        if (foundedMillis < 0 || foundedMillis > LAST_MILLIS) {
            throw new IllegalArgumentException(
                    "A lineage was founded from 0 to " + LAST_MILLIS + " ms after 1970, not " + foundedMillis);
        }
    }

    /** Where it stands among all, but for two that were founded in one millisecond. */
    long rank() {
        return (this.generation << 43) | (LAST_MILLIS - this.foundedMillis);
    }

    /** What takes its place after a recovery. */
    public Lineage recovered(long nowMillis, long other) {
        return new Lineage(this.generation + 1, Math.max(0, Math.min(nowMillis, LAST_MILLIS)), other);
    }

    static Lineage founded(long nowMillis, long id) {
        return new Lineage(1, Math.max(0, Math.min(nowMillis, LAST_MILLIS)), id);
    }

    @Override
    public int compareTo(Lineage other) {
        return ORDER.compare(this, other);
    }

    /** As people see it: the generation, and eight digits to tell two apart. */
    @Override
    public String toString() {
        return this.generation + "-" + "%016x".formatted(this.id).substring(0, 8);
    }

}
