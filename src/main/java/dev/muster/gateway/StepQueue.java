package dev.muster.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.HashSet;
import java.util.Set;

import dev.muster.group.RevisionStatus;
import dev.muster.group.Step;
import dev.muster.group.StepListener;
import org.jspecify.annotations.Nullable;

/**
 * Steps on their way to a reader that may be slow. Nobody waits for it: of what is too
 * much, the last step of each member is kept, for that is where it is.
 */
final class StepQueue implements StepListener {

    static final int MOST = 256;

    /** Guarded by {@code this}, as are the next ones. */
    private final Deque<Step> steps = new ArrayDeque<>();

    private int limit = MOST;

    private @Nullable Result result;

    private boolean closed;

    @Override
    public synchronized void step(Step step) {
        this.steps.addLast(step);
        if (this.steps.size() > this.limit) {
            thin();
            // A group may have more members than that, and each has to be told of.
            this.limit = Math.max(MOST, 2 * this.steps.size());
        }
        notifyAll();
    }

    private void thin() {
        Set<String> later = new HashSet<>();
        Iterator<Step> latestFirst = this.steps.descendingIterator();
        while (latestFirst.hasNext()) {
            if (!later.add(subject(latestFirst.next()))) {
                latestFirst.remove();
            }
        }
    }

    private static String subject(Step step) {
        return (step instanceof Step.OfMember of) ? of.member().id().hex() : "rollout";
    }

    @Override
    public synchronized void result(String id, RevisionStatus status) {
        this.result = new Result(id, status);
        notifyAll();
    }

    /** Nobody reads any longer. */
    synchronized void close() {
        this.closed = true;
        notifyAll();
    }

    /** Waits for the next step; null after the last. */
    synchronized @Nullable Step next() throws InterruptedException {
        while (this.steps.isEmpty() && this.result == null && !this.closed) {
            wait();
        }
        return this.closed ? null : this.steps.pollFirst();
    }

    /** Known after the last step; null when nobody reads any longer. */
    synchronized @Nullable Result result() {
        return this.closed ? null : this.result;
    }

    /**
     * How it ended.
     *
     * @param id as that of a step
     */
    record Result(String id, RevisionStatus status) {
    }

}
