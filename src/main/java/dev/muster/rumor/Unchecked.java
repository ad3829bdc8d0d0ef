package dev.muster.rumor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Transient facts that others have broadcast, until their signatures are checked. That is
 * most of what a member computes, and nobody waits for it as people wait for a change: so
 * it has one thread, and while that is busy, a fact is checked only if no greater one of
 * its key that waits too is good. Any thread may call this.
 */
final class Unchecked {

    /** Of one key; what is more than that is repaired by an exchange. */
    private static final int MOST_OF_A_KEY = 32;

    private final Admission admission;

    private final Executor checker;

    private final Consumer<List<Fact>> admitted;

    private final Consumer<MemberId> refused;

    /** Guarded by this; the greatest of each key first. */
    private Map<Slot, Deque<Told>> waiting = new LinkedHashMap<>();

    /** Guarded by this. */
    private boolean checking;

    /**
     * @param checker runs checks, one at a time
     * @param admitted hears of what is good
     * @param refused hears of who sent one that is not
     */
    Unchecked(Admission admission, Executor checker, Consumer<List<Fact>> admitted, Consumer<MemberId> refused) {
        this.admission = admission;
        this.checker = checker;
        this.admitted = admitted;
        this.refused = refused;
    }

    void add(MemberId by, List<Fact> facts) {
        synchronized (this) {
            facts.forEach((fact) -> insert(new Told(by, fact)));
            if (this.checking) {
                return;
            }
            this.checking = true;
        }
        this.checker.execute(this::check);
    }

    private void insert(Told told) {
        Deque<Told> ofItsKey = this.waiting.computeIfAbsent(Slot.of(told.fact), (slot) -> new ArrayDeque<>(1));
        Deque<Told> greater = new ArrayDeque<>(1);
        while (!ofItsKey.isEmpty() && ofItsKey.element().fact.version().compareTo(told.fact.version()) > 0) {
            greater.push(ofItsKey.pop());
        }
        ofItsKey.push(told);
        greater.forEach(ofItsKey::push);
        if (ofItsKey.size() > MOST_OF_A_KEY) {
            ofItsKey.removeLast();
        }
    }

    private void check() {
        for (Map<Slot, Deque<Told>> batch = next(); !batch.isEmpty(); batch = next()) {
            List<Fact> good = new ArrayList<>();
            batch.values().forEach((ofAKey) -> greatestGood(ofAKey).ifPresent(good::add));
            if (!good.isEmpty()) {
                this.admitted.accept(good);
            }
        }
    }

    private synchronized Map<Slot, Deque<Told>> next() {
        Map<Slot, Deque<Told>> batch = this.waiting;
        this.waiting = new LinkedHashMap<>();
        this.checking = !batch.isEmpty();
        return batch;
    }

    private Optional<Fact> greatestGood(Deque<Told> greatestFirst) {
        for (Told told : greatestFirst) {
            if (this.admission.admits(told.fact)) {
                return Optional.of(told.fact);
            }
            this.refused.accept(told.by);
        }
        return Optional.empty();
    }

    /** A fact, and who passed it on. */
    private record Told(MemberId by, Fact fact) {
    }

}
