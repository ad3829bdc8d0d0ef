package dev.muster.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.muster.group.RevisionStatus.Progress;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * The steps that the members of a group take with one revision, as one node sees them,
 * and those who want to hear of them. Keeps the last {@link #MOST}, for somebody who was
 * cut off for a moment. Owned by the node's loop.
 */
final class RevisionFeed {

    static final int MOST = 1_000;

    private final String name;

    private final Deque<Numbered> last = new ArrayDeque<>();

    private final Map<MemberId, Progress> members = new HashMap<>();

    private final List<Reader> readers = new ArrayList<>();

    private RevisionStatus status;

    private Optional<RolloutStatus> rollout;

    private long number;

    /**
     * @param name no other feed has it, on no node and in no other life of this one: a
     * step's id is of use where it was given out only
     * @param rollout of the revision, while that is current
     */
    RevisionFeed(String name, RevisionStatus status, Optional<RolloutStatus> rollout) {
        this.name = name;
        this.status = status;
        this.rollout = rollout;
        status.members().forEach((member) -> this.members.put(member.id(), member));
    }

    RevisionStatus status() {
        return this.status;
    }

    boolean isRead() {
        return !this.readers.isEmpty();
    }

    /**
     * Tells where everybody is, or, to somebody who was here before, what has changed
     * since.
     * @param after id of the last step that was heard; null for none
     * @param done tells of a status whether that is what is waited for
     */
    Reader join(@Nullable String after, StepListener listener, Predicate<RevisionStatus> done) {
        Reader reader = new Reader(listener, done);
        long heard = heard(after);
        if (heard >= 0) {
            this.last.stream().filter((step) -> step.number > heard).forEach((step) -> listener.step(step.step));
        }
        else {
            this.rollout.filter(RevisionFeed::matters).ifPresent((now) -> listener.step(new Step.OfRollout(null, now)));
            List<Progress> all = this.status.members();
            for (int at = 0; at < all.size(); at++) {
                boolean complete = at == all.size() - 1;
                listener.step(new Step.OfMember(complete ? id(this.number) : null, all.get(at), false));
            }
        }
        this.readers.add(reader);
        look(reader);
        return reader;
    }

    /** Whose it is, and no gap behind it: else -1. */
    private long heard(@Nullable String after) {
        int dash = (after != null) ? after.lastIndexOf('-') : -1;
        if (dash < 0 || !after.substring(0, dash).equals(this.name)) {
            return -1;
        }
        try {
            long heard = Long.parseLong(after.substring(dash + 1));
            long oldest = this.last.isEmpty() ? this.number : this.last.getFirst().number - 1;
            return (heard >= oldest && heard <= this.number) ? heard : -1;
        }
        catch (NumberFormatException ex) {
            return -1;
        }
    }

    private String id(long of) {
        return this.name + "-" + of;
    }

    /** What is known now; each member that differs has taken a step. */
    void update(RevisionStatus now, Optional<RolloutStatus> stands) {
        this.status = now;
        boolean news = stands.filter(RevisionFeed::matters).isPresent()
                && !stands.map(RevisionFeed::said).equals(this.rollout.map(RevisionFeed::said));
        this.rollout = stands;
        if (news) {
            tell(new Step.OfRollout(id(++this.number), stands.orElseThrow()));
        }
        Set<MemberId> gone = new HashSet<>(this.members.keySet());
        for (Progress member : now.members()) {
            gone.remove(member.id());
            if (!member.equals(this.members.put(member.id(), member))) {
                tell(new Step.OfMember(id(++this.number), member, false));
            }
        }
        for (MemberId member : gone) {
            tell(new Step.OfMember(id(++this.number), this.members.remove(member), true));
        }
        List.copyOf(this.readers).forEach(this::look);
    }

    /** Where members do not take turns there is nothing to be seen but themselves. */
    private static boolean matters(RolloutStatus rollout) {
        return rollout.inTurn() || !List.of("running", "complete", "failed").contains(rollout.state());
    }

    /** What of it is news when it changes; whose turn it is, members say themselves. */
    private static List<String> said(RolloutStatus rollout) {
        return List.of(rollout.state(), rollout.reason(), rollout.control().author());
    }

    private void tell(Step step) {
        this.last.addLast(new Numbered(this.number, step));
        if (this.last.size() > MOST) {
            this.last.removeFirst();
        }
        this.readers.forEach((reader) -> reader.listener.step(step));
    }

    /** One that no longer holds is not waited for: its members will not take it. */
    private void look(Reader reader) {
        if (!this.status.current() || reader.done.test(this.status)) {
            end(reader);
        }
    }

    /** The time is up: what is known is the result. Nothing happens when it has ended. */
    void end(Reader reader) {
        if (this.readers.remove(reader)) {
            reader.listener.result(id(this.number), this.status);
        }
    }

    /** It wants to hear nothing more. */
    void leave(Reader reader) {
        this.readers.remove(reader);
    }

    private record Numbered(long number, Step step) {
    }

    /** One of those who listen. Identity matters, so it is no record. */
    static final class Reader {

        private final StepListener listener;

        private final Predicate<RevisionStatus> done;

        private Reader(StepListener listener, Predicate<RevisionStatus> done) {
            this.listener = listener;
            this.done = done;
        }

    }

}
