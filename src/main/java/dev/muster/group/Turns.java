package dev.muster.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.muster.content.Supply;
import dev.muster.loop.Loop;
import dev.muster.rollout.Plan;
import dev.muster.rollout.Situation;
import dev.muster.rollout.Situation.Go;
import dev.muster.rollout.Situation.Turn;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.service.Rung;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the services of this member take a revision. Many that follow each other quickly
 * are taken as one. Owned by the node's loop; {@link #allowed} may be asked on any
 * thread.
 */
final class Turns {

    private static final Logger log = LoggerFactory.getLogger(Turns.class);

    /** A revision that is followed by another one within this time is not taken. */
    static final Duration QUIET = Duration.ofMillis(20);

    /** Two revisions are taken so long after each other, at least. */
    static final Duration APART = Duration.ofSeconds(1);

    private final MemberId self;

    private final Loop loop;

    /** As they were published last. */
    private final Map<GroupName, GroupSnapshot> groups;

    private final Function<GroupFiles, Supply> supply;

    private final Legibility legibility;

    private final ReleaseSupply releases;

    private final Consumer<GroupName> changed;

    private final Map<GroupName, Own> own = new ConcurrentHashMap<>();

    /** Which revision the service of a group may take. */
    private final Map<GroupName, Hash> granted = new ConcurrentHashMap<>();

    private final Map<GroupName, Waiting> waiting = new HashMap<>();

    private final Map<GroupName, Duration> lastGrant = new HashMap<>();

    private final Calm calm;

    /**
     * @param supply how this member is supplied with the contents of files; asked on any
     * thread
     * @param legibility whether this member has the keys to what is encrypted
     * @param releases whether it has the releases of packages
     * @param changed hears that something else is {@link #allowed} now
     */
    Turns(MemberId self, Loop loop, Map<GroupName, GroupSnapshot> groups, Function<GroupFiles, Supply> supply,
            Legibility legibility, ReleaseSupply releases, Consumer<GroupName> changed) {
        this.self = self;
        this.loop = loop;
        this.groups = groups;
        this.supply = supply;
        this.legibility = legibility;
        this.releases = releases;
        this.changed = changed;
        this.calm = new Calm(self);
    }

    /**
     * What an earlier life of this member took, before its service says so itself.
     * @param runs whether its process does
     */
    void resumed(GroupName group, Optional<String> taken, boolean runs) {
        this.own.put(group, new Own(taken.orElse(null), runs, false, true));
    }

    /** How the service of a group is. */
    void took(GroupName group, MemberState state) {
        Own now = new Own(state.revision(), state.runs(), state.rung() == Rung.FAILED,
                state.settled() || !state.desired().equals("up"));
        Own before = this.own.put(group, now);
        GroupSnapshot snapshot = this.groups.get(group);
        if (snapshot != null) {
            look(snapshot);
        }
        if (before != null && before.running && !now.running) {
            // It may start with something else than it ran with.
            this.changed.accept(group);
        }
    }

    /** The service no longer belongs to the group. */
    void left(GroupName group) {
        this.own.remove(group);
        this.granted.remove(group);
        this.lastGrant.remove(group);
        this.calm.forget(group);
        Waiting left = this.waiting.remove(group);
        if (left != null) {
            left.timer.cancel();
        }
    }

    /** Something of a group has changed. */
    void look(GroupSnapshot group) {
        Own mine = this.own.get(group.name());
        Optional<Revision> current = group.current();
        if (mine == null) {
            return;
        }
        this.calm.saw(group, this.loop.uptime());
        if (current.isEmpty() || isAhead(group, mine) || current.get().hash().equals(this.granted.get(group.name()))) {
            return;
        }
        Revision revision = current.get();
        if (revision.id().equals(mine.taken)) {
            grant(group.name(), revision, mine);
        }
        else if (isHere(revision) && turn(group, revision, mine) instanceof Go) {
            takeSoon(group.name(), revision);
        }
    }

    private Turn turn(GroupSnapshot group, Revision revision, Own mine) {
        Optional<Plan> plan = revision.plan();
        if (plan.isEmpty()) {
            return new Go();
        }
        Situation situation = group.situation(revision, plan.get());
        Turn turn = situation.turn(this.self, isReplaced(group, mine));
        if (mine.taken != null && !mine.settled && group.inTurn(mine.taken) && situation.mayGoOn()) {
            return new Go();
        }
        if (turn instanceof Go || !revision.automatic() || !mine.failed) {
            return turn;
        }
        // Who failed is not available anyway, so taking it back waits for nobody.
        boolean takesBackItsFailure = revision.base()
            .map(Revision.Base::id)
            .filter((id) -> id.equals(mine.taken))
            .isPresent();
        return (takesBackItsFailure && situation.runs()) ? new Go() : turn;
    }

    private static boolean isReplaced(GroupSnapshot group, Own mine) {
        return mine.running && mine.taken != null && group.replaces(mine.taken);
    }

    /**
     * Whether the service runs with something newer than all that is known here: the disk
     * has lost it, and others may still tell of it.
     */
    private static boolean isAhead(GroupSnapshot group, Own mine) {
        return mine.running && mine.taken != null && group.find(mine.taken).isEmpty()
                && group.current().filter((current) -> current.number() >= number(mine.taken)).isEmpty();
    }

    private static long number(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    /** Whether nothing of it has to be brought first, by others or by a person. */
    private boolean isHere(Revision revision) {
        return this.supply.apply(revision.files()) == Supply.HERE
                && this.releases.of(revision.group(), revision.release()) == Supply.HERE
                && this.legibility.missing(revision.envelope(), revision.files()).isEmpty();
    }

    private void takeSoon(GroupName group, Revision revision) {
        Waiting before = this.waiting.get(group);
        if (before != null && before.revision.equals(revision)) {
            return;
        }
        Duration now = this.loop.uptime();
        Duration since = (before != null) ? before.since : now;
        if (before != null) {
            before.timer.cancel();
        }
        Duration quiet = now.plus(QUIET);
        Duration atLast = since.plus(APART);
        Duration apart = this.lastGrant.containsKey(group) ? this.lastGrant.get(group).plus(APART) : now;
        Duration due = later(earlier(quiet, atLast), apart);
        this.waiting.put(group,
                new Waiting(revision, since, this.loop.after(due.minus(now), () -> take(group, revision))));
    }

    private static Duration earlier(Duration one, Duration other) {
        return (one.compareTo(other) < 0) ? one : other;
    }

    private static Duration later(Duration one, Duration other) {
        return (one.compareTo(other) > 0) ? one : other;
    }

    private void take(GroupName group, Revision revision) {
        this.waiting.remove(group);
        GroupSnapshot snapshot = this.groups.get(group);
        Own mine = this.own.get(group);
        if (snapshot == null || mine == null || snapshot.current().filter(revision::equals).isEmpty()) {
            return;
        }
        // What let it start may be gone: a pause, a majority.
        if (isHere(revision) && turn(snapshot, revision, mine) instanceof Go) {
            Duration calm = calm(snapshot, revision, mine);
            Duration now = this.loop.uptime();
            if (calm.compareTo(now) > 0) {
                this.waiting.put(group,
                        new Waiting(revision, now, this.loop.after(calm.minus(now), () -> take(group, revision))));
                return;
            }
            grant(group, revision, mine);
            this.changed.accept(group);
        }
    }

    /** When what is seen of the others has had the time to be true. */
    private Duration calm(GroupSnapshot group, Revision revision, Own mine) {
        boolean inTurn = group.inTurn(revision.id()) || isReplaced(group, mine);
        return (inTurn && mine.running) ? this.calm.since(group, revision) : Duration.ZERO;
    }

    private void grant(GroupName group, Revision revision, Own mine) {
        this.granted.put(group, revision.hash());
        if (!revision.id().equals(mine.taken)) {
            this.lastGrant.put(group, this.loop.uptime());
            log.info("Revision is taken: group={} revision={} after={}", group, revision.id(),
                    (mine.taken != null) ? mine.taken : "none");
        }
    }

    /**
     * What a service of this member may run with, if anything was applied to its group.
     */
    Optional<Allowed> allowed(GroupName name) {
        GroupSnapshot group = this.groups.get(name);
        if (group == null || group.current().isEmpty()) {
            return Optional.empty();
        }
        Revision current = group.current().get();
        if (current.hash().equals(this.granted.get(name))) {
            return Optional.of(group.allowed(current));
        }
        Own mine = this.own.get(name);
        if (mine == null || !mine.running) {
            return atStart(group, (mine != null) ? mine.taken : null);
        }
        if (mine.taken == null) {
            return Optional.empty();
        }
        // What is not known here, or no longer, is what it goes on with until its turn.
        // Its release too, unless that revision names one.
        return group.find(mine.taken)
            .map((known) -> Allowed.of(known, known.release()))
            .or(() -> group.complete()
                .filter((known) -> known.id().equals(mine.taken))
                .map((known) -> Allowed.of(known, known.release())));
    }

    /**
     * A service that does not run takes nobody's turn: it starts with what is proven, or
     * whatever comes next to that and has its contents here. What this member has no key
     * to is passed over, unless it ran with that before: then the files are there still.
     * @param taken id of what it took last
     */
    private Optional<Allowed> atStart(GroupSnapshot group, @Nullable String taken) {
        List<Allowed> kept = new ArrayList<>();
        List<Allowed> candidates = new ArrayList<>();
        for (Revision revision : group.revisions()) {
            if (!group.lost().contains(revision.hash()) && mayStartWith(group.allowed(revision), taken)) {
                boolean free = revision.plan().map((plan) -> plan.strategy() == Strategy.AT_ONCE).orElse(true);
                if (kept.isEmpty() && (free || group.isComplete(revision))) {
                    candidates.add(group.allowed(revision));
                }
                kept.add(group.allowed(revision));
            }
        }
        group.complete().map(group::allowed).filter((known) -> mayStartWith(known, taken)).ifPresent(candidates::add);
        if (candidates.isEmpty()) {
            kept.stream().skip(1).findFirst().ifPresent(candidates::add);
        }
        // Of those that are equally well off the first.
        return candidates.stream().min(Comparator.comparing((one) -> supply(group.name(), one)));
    }

    /** Of what it needs the part that is worst off. */
    private Supply supply(GroupName group, Allowed allowed) {
        Supply files = this.supply.apply(allowed.files());
        Supply release = this.releases.of(group, allowed.release());
        return (files.compareTo(release) > 0) ? files : release;
    }

    private boolean mayStartWith(Allowed allowed, @Nullable String taken) {
        return allowed.id().equals(taken) || this.legibility.missing(allowed.envelope(), allowed.files()).isEmpty();
    }

    /**
     * How this member's own service is.
     *
     * @param taken id of the revision it took last
     * @param failed whether it failed with that
     * @param settled whether it was well with that through the settle time; also where
     * nothing has to come of it
     */
    private record Own(@Nullable String taken, boolean running, boolean failed, boolean settled) {
    }

    /**
     * A revision that is about to be taken.
     *
     * @param since when the first of those that followed each other came
     */
    private record Waiting(Revision revision, Duration since, Loop.Timer timer) {
    }

}
