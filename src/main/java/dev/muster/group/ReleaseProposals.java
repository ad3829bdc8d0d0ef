package dev.muster.group;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves groups to other releases of their packages, by revisions that are taken member by
 * member as any other. Any member whose source offers one may say so; so that not all do
 * at once each waits for those before it, and whoever is late finds that it was said. The
 * time of such a revision is that of its release: so all who say it say the same, and
 * what a person says meanwhile is greater. Owned by the node's loop.
 */
public final class ReleaseProposals implements GroupListener {

    private static final Logger log = LoggerFactory.getLogger(ReleaseProposals.class);

    /** How long each waits for the one before it to speak. */
    private static final Duration STAGGER = Duration.ofMillis(500);

    /** What could not be said is tried again after this. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /** How releases are numbered. */
    private static final DateTimeFormatter MADE = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);

    private static final RolloutOptions ROLLING = new RolloutOptions(Optional.of(Strategy.ROLLING), Optional.empty(),
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private final MemberId self;

    private final Replica replica;

    private final ServiceGroupRegistry registry;

    private final Loop loop;

    private final Map<GroupName, ReleaseOffer> offers = new HashMap<>();

    private final Map<GroupName, Waiting> waiting = new HashMap<>();

    /** What follows for each group, as it was seen last. */
    private final Map<GroupName, NextRelease> seen = new ConcurrentHashMap<>();

    public ReleaseProposals(MemberId self, Replica replica, ServiceGroupRegistry registry, Loop loop) {
        this.self = self;
        this.replica = replica;
        this.registry = registry;
        this.loop = loop;
    }

    /** Before the loop runs, or anything is heard, once. */
    public void attach() {
        this.registry.listen(this);
    }

    /**
     * What this member's source has for its service of a group, or that it is not asked
     * any longer. Any thread.
     */
    public void offered(GroupName group, Optional<ReleaseOffer> offer) {
        this.loop.execute(() -> {
            offer.ifPresentOrElse((known) -> this.offers.put(group, known), () -> this.offers.remove(group));
            this.registry.offers(group, offer.map((known) -> known.release().toString()));
            this.registry.group(group).ifPresent(this::changed);
        });
    }

    /**
     * What follows for a group from what is offered here; empty where nothing is. Any
     * thread.
     */
    public Optional<NextRelease> next(GroupName group) {
        return Optional.ofNullable(this.seen.get(group));
    }

    @Override
    public void changed(GroupSnapshot group) {
        ReleaseOffer offer = this.offers.get(group.name());
        if (offer == null || !group.members().containsKey(this.self)) {
            this.seen.remove(group.name());
            forget(group.name());
            return;
        }
        NextRelease next = NextRelease.of(group, offer);
        this.seen.put(group.name(), next);
        Optional<Move> move = move(group, next);
        Waiting before = this.waiting.get(group.name());
        if (before != null && Optional.of(before.move).equals(move)) {
            return;
        }
        forget(group.name());
        move.ifPresent((wanted) -> speakAfter(group.name(), wanted, STAGGER.multipliedBy(rank(group))));
    }

    private static Optional<Move> move(GroupSnapshot group, NextRelease next) {
        return next.release()
            .map((release) -> new Move(group.current().map(Revision::hash), next.running().orElseThrow(), release));
    }

    private void speakAfter(GroupName group, Move move, Duration delay) {
        this.waiting.put(group, new Waiting(move, this.loop.after(delay, () -> speak(group, move))));
    }

    private void forget(GroupName group) {
        Waiting before = this.waiting.remove(group);
        if (before != null) {
            before.timer.cancel();
        }
    }

    private int rank(GroupSnapshot group) {
        return (int) group.members()
            .values()
            .stream()
            .filter((member) -> member.present() && member.id().compareTo(this.self) < 0)
            .count();
    }

    /** Whether that is still what follows, and nothing else is on its way to the disk. */
    private Optional<GroupSnapshot> current(GroupName name, Move move) {
        ReleaseOffer offer = this.offers.get(name);
        return this.registry.group(name)
            .filter((group) -> offer != null && move(group, NextRelease.of(group, offer)).equals(Optional.of(move)))
            .filter((group) -> this.replica.greatestToBe(GroupFacts.config(name), Retention.HISTORY)
                .equals(group.current().map(Revision::version)));
    }

    private void speak(GroupName name, Move move) {
        Optional<GroupSnapshot> group = current(name, move);
        if (group.isEmpty()) {
            // Whatever has changed is looked at when it is merged.
            this.waiting.remove(name);
            return;
        }
        Optional<Revision> base = group.get().current();
        if (this.replica.congested()) {
            speakAfter(name, move, AGAIN);
        }
        else if (base.isEmpty()) {
            say(group.get(), move, GroupContent.NOTHING);
        }
        else {
            this.replica.fetch(base.get().hash())
                .whenComplete((fact, failure) -> this.loop.execute(() -> current(name, move).ifPresent((now) -> {
                    if (failure != null) {
                        log.warn("Content cannot be read, it is tried again: group={} fact={} reason={}", name,
                                base.get().hash().hex(), failure.getMessage());
                        speakAfter(name, move, AGAIN);
                    }
                    else {
                        say(now, move, GroupFacts.content(fact));
                    }
                })));
        }
    }

    private void say(GroupSnapshot group, Move move, GroupContent before) {
        Optional<Revision> base = group.current();
        if (base.filter((known) -> known.number() == Revision.MAX_NUMBER).isPresent()) {
            return;
        }
        Plan plan = group.plan(ROLLING);
        Fact fact = GroupFacts.revision(group.name(), base.map(Revision::number).orElse(0L) + 1, micros(base, move.to),
                "", base.map((known) -> new Revision.Base(known.number(), known.hash())).orElse(null),
                before.with(move.to), "update from " + move.from + " to " + move.to, plan, group.proven().orElse(null),
                move.from);
        log.info("Group is moved to another release: group={} from={} to={} members={}", group.name(), move.from,
                move.to, plan.members().size());
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                // What it changes is looked at when it is merged.
                ReleaseProposals.this.registry.said(GroupFacts.revision(fact));
            }

            @Override
            public void failed(IOException why) {
                if (ReleaseProposals.this.waiting.containsKey(group.name())) {
                    speakAfter(group.name(), move, AGAIN);
                }
            }

        });
    }

    /**
     * When the release was made, or just after the base if that is later: so whoever says
     * it says the same, and what a person says meanwhile, by a clock, is greater.
     */
    private long micros(Optional<Revision> base, PackageIdent release) {
        long least = base.map((known) -> known.version().minor()).orElse(0L) + 1;
        try {
            LocalDateTime made = LocalDateTime.parse(String.valueOf(release.release()), MADE);
            long micros = ChronoUnit.MICROS.between(Instant.EPOCH, made.toInstant(ZoneOffset.UTC));
            long now = ChronoUnit.MICROS.between(Instant.EPOCH, this.loop.clock().instant());
            return (micros < now) ? Math.max(least, micros) : least;
        }
        catch (DateTimeException ex) {
            return least;
        }
    }

    /**
     * A change of a group's release.
     *
     * @param base the revision it is made on
     */
    private record Move(Optional<Hash> base, PackageIdent from, PackageIdent to) {
    }

    private record Waiting(Move move, Loop.Timer timer) {
    }

}
