package dev.muster.group;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import dev.muster.loop.Loop;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait until a revision has come somewhere, or hear of each step of it. One
 * that no longer holds is not waited for: its members will not take it. Owned by the
 * node's loop.
 */
final class Watches {

    /** So many feeds that nobody reads now are kept for somebody who was cut off. */
    private static final int UNREAD = 32;

    private final MemberId self;

    private final Loop loop;

    private final Map<GroupName, GroupSnapshot> groups;

    private final Applies applies;

    private final List<Watch> watches = new ArrayList<>();

    /** By revision; the one that was asked for last stands last. */
    private final Map<Hash, RevisionFeed> feeds = new LinkedHashMap<>();

    private long named;

    /**
     * @param groups as they were published last
     */
    Watches(MemberId self, Loop loop, Map<GroupName, GroupSnapshot> groups, Applies applies) {
        this.self = self;
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

    /**
     * Tells of every step until what is waited for has come about.
     * @param after id of the last step that was heard before; null for none
     * @param patience how long at most; empty for ever
     * @return what ends it, on the loop, before its time
     */
    Runnable follow(Revision revision, Until until, Optional<Duration> patience, @Nullable String after,
            StepListener listener) {
        RevisionFeed known = this.feeds.remove(revision.hash());
        RevisionFeed feed = (known != null) ? known : new RevisionFeed(name(), status(revision), rollout(revision));
        this.feeds.put(revision.hash(), feed);
        forget();
        RevisionFeed.Reader reader = feed.join(after, listener, until::reached);
        Optional<Loop.Timer> timer = patience.map((time) -> this.loop.after(time, () -> feed.end(reader)));
        return () -> {
            timer.ifPresent(Loop.Timer::cancel);
            feed.leave(reader);
        };
    }

    /** No other feed's, as long as the clock moves on. */
    private String name() {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, this.loop.clock().instant());
        return this.self.hex().substring(0, 8) + "." + Long.toHexString(micros) + "." + ++this.named;
    }

    private void forget() {
        Iterator<RevisionFeed> oldest = this.feeds.values().iterator();
        int most = UNREAD + (int) this.feeds.values().stream().filter(RevisionFeed::isRead).count();
        while (this.feeds.size() > most && oldest.hasNext()) {
            if (!oldest.next().isRead()) {
                oldest.remove();
            }
        }
    }

    /** A member has told that it has a revision. */
    void received(Hash revision) {
        look((watch) -> watch.revision.hash().equals(revision));
        RevisionFeed feed = this.feeds.get(revision);
        if (feed != null) {
            update(feed);
        }
    }

    /** Something of a group has changed. */
    void changed(GroupName group) {
        look((watch) -> watch.revision.group().equals(group));
        for (RevisionFeed feed : this.feeds.values()) {
            if (feed.status().revision().group().equals(group)) {
                update(feed);
            }
        }
    }

    private void look(Predicate<Watch> which) {
        this.watches.removeIf((watch) -> which.test(watch) && answered(watch, false));
    }

    private boolean answered(Watch watch, boolean timeIsUp) {
        RevisionStatus status = status(watch.revision);
        if (!timeIsUp && status.current() && !watch.until.reached(status)) {
            return false;
        }
        watch.answer.complete(Optional.of(status));
        return true;
    }

    private void update(RevisionFeed feed) {
        Revision revision = feed.status().revision();
        feed.update(status(revision), rollout(revision));
    }

    private Optional<RolloutStatus> rollout(Revision revision) {
        return Optional.ofNullable(this.groups.get(revision.group()))
            .flatMap(RolloutStatus::of)
            .filter((rollout) -> rollout.revision().equals(revision));
    }

    private RevisionStatus status(Revision revision) {
        GroupSnapshot group = this.groups.get(revision.group());
        if (group == null) {
            throw new IllegalStateException("A group that has a revision is known: " + revision.group());
        }
        return RevisionStatus.of(group, revision, this.applies.receivedBy(revision.hash()));
    }

    private record Watch(Revision revision, Until until, CompletableFuture<Optional<RevisionStatus>> answer) {
    }

}
