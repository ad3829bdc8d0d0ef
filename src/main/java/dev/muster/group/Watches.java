package dev.muster.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import dev.muster.group.ServiceGroupRegistry.Until;
import dev.muster.loop.Loop;
import dev.muster.rumor.Hash;

/**
 * Those who wait until a revision has come somewhere. One that no longer holds is not
 * waited for: its members will not take it. Owned by the node's loop.
 */
final class Watches {

    private final Loop loop;

    private final Map<GroupName, GroupSnapshot> groups;

    private final Applies applies;

    private final List<Watch> watches = new ArrayList<>();

    /**
     * @param groups as they were published last
     */
    Watches(Loop loop, Map<GroupName, GroupSnapshot> groups, Applies applies) {
        this.loop = loop;
        this.groups = groups;
        this.applies = applies;
    }

    void add(Revision revision, Until until, Duration patience, CompletableFuture<Optional<RevisionStatus>> answer) {
        Watch watch = new Watch(revision, until, answer);
        if (answered(watch, patience.isZero() || patience.isNegative())) {
            return;
        }
        this.watches.add(watch);
        this.loop.after(patience, () -> {
            if (this.watches.remove(watch)) {
                answered(watch, true);
            }
        });
    }

    /** A member has told that it has a revision. */
    void received(Hash revision) {
        look((watch) -> watch.revision.hash().equals(revision));
    }

    /** Something of a group has changed. */
    void changed(GroupName group) {
        look((watch) -> watch.revision.group().equals(group));
    }

    private void look(Predicate<Watch> which) {
        this.watches.removeIf((watch) -> which.test(watch) && answered(watch, false));
    }

    private boolean answered(Watch watch, boolean timeIsUp) {
        GroupSnapshot group = this.groups.get(watch.revision.group());
        if (group == null) {
            throw new IllegalStateException("A group that has a revision is known: " + watch.revision.group());
        }
        RevisionStatus status = RevisionStatus.of(group, watch.revision,
                this.applies.receivedBy(watch.revision.hash()));
        boolean done = switch (watch.until) {
            case NOW -> true;
            case RECEIVED -> status.received();
            case TOP -> status.ended();
        };
        if (!done && !timeIsUp && status.current()) {
            return false;
        }
        watch.answer.complete(Optional.of(status));
        return true;
    }

    private record Watch(Revision revision, Until until, CompletableFuture<Optional<RevisionStatus>> answer) {
    }

}
