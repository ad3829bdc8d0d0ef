package dev.muster.rumor;

import java.util.Comparator;

import dev.muster.rumor.Fact.Retention;

/**
 * Where a fact is held: its key and how long it says it is to be kept. Two facts of one
 * key that differ in that do not compete, for otherwise the order of arrival would decide
 * how much of a history is left.
 */
public record Slot(FactKey key, Retention retention) implements Comparable<Slot> {

    private static final Comparator<Slot> ORDER = Comparator.comparing(Slot::key).thenComparing(Slot::retention);

    static Slot of(Fact fact) {
        return new Slot(fact.key(), fact.retention());
    }

    boolean durable() {
        return this.retention != Retention.TRANSIENT;
    }

    @Override
    public int compareTo(Slot other) {
        return ORDER.compare(this, other);
    }

}
