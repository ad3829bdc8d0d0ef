package dev.muster.group;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.muster.config.DurationText;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Control;
import dev.muster.rollout.OnFailure;
import dev.muster.rollout.Plan;
import dev.muster.rollout.Situation;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what follows from what is seen of rollouts: that one is complete, that one stops,
 * that one is taken back. Any node may say it, and says the same; so that not all do at
 * once, each waits for those before it. Time is that of this node, since it saw the last
 * step. Owned by the node's loop.
 */
final class RolloutWatch {

    private static final Logger log = LoggerFactory.getLogger(RolloutWatch.class);

    /** How long each waits for the one before it to speak. */
    private static final Duration STAGGER = Duration.ofMillis(500);

    /** What could not be said is tried again after this. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final String NOTHING_APPLIED = "what its packages come with";

    private static final Loop.Timer NO_TIMER = () -> {
    };

    private final MemberId self;

    private final Replica replica;

    private final Loop loop;

    /** As they were published last. */
    private final Map<GroupName, GroupSnapshot> groups;

    private final Consumer<Revision> said;

    private final Map<GroupName, Watched> watched = new HashMap<>();

    RolloutWatch(MemberId self, Replica replica, Loop loop, Map<GroupName, GroupSnapshot> groups,
            Consumer<Revision> said) {
        this.said = said;
        this.self = self;
        this.replica = replica;
        this.loop = loop;
        this.groups = groups;
    }

    /** Something of a group, or of the ring, has changed. */
    void look(GroupSnapshot group) {
        Optional<Revision> current = group.current();
        Optional<Plan> plan = current.flatMap(Revision::plan);
        if (plan.isEmpty() || group.isComplete(current.get())) {
            forget(group.name());
            return;
        }
        Watched rollout = this.watched.get(group.name());
        if (rollout == null || !rollout.revision.equals(current.get())) {
            forget(group.name());
            rollout = new Watched(current.get(), this.loop.uptime());
            this.watched.put(group.name(), rollout);
        }
        Situation situation = group.situation(current.get(), plan.get());
        rollout.saw(situation, this.loop.uptime());
        Optional<Word> word = due(situation);
        if (rollout.saying || (word.equals(rollout.next) && word.isPresent())) {
            return;
        }
        rollout.next = word;
        rollout.timer.cancel();
        Duration turn = STAGGER.multipliedBy(rank(plan.get()));
        if (word.isPresent()) {
            speakAfter(group.name(), rollout, turn);
        }
        else if (mayComeToAStand(situation)) {
            Duration end = rollout.lastStep.plus(plan.get().deadline()).plus(turn);
            speakAfter(group.name(), rollout, end.minus(this.loop.uptime()));
        }
    }

    private void speakAfter(GroupName group, Watched rollout, Duration delay) {
        rollout.timer = this.loop.after(delay.isNegative() ? Duration.ZERO : delay, () -> speak(group, rollout));
    }

    private void forget(GroupName group) {
        Watched rollout = this.watched.remove(group);
        if (rollout != null) {
            rollout.timer.cancel();
        }
    }

    /** What is to be said now, apart from time. */
    private static Optional<Word> due(Situation situation) {
        if (situation.control().phase() == Control.Phase.ABORTED) {
            return Optional.empty();
        }
        if (situation.finished()) {
            return Optional.of(Word.COMPLETE);
        }
        if (situation.failed().isEmpty() || !situation.majority()) {
            return Optional.empty();
        }
        OnFailure then = situation.plan().onFailure();
        if (then == OnFailure.ROLLBACK) {
            return Optional.of(Word.ROLLBACK);
        }
        return (then == OnFailure.PAUSE && situation.runs()) ? Optional.of(Word.PAUSE) : Optional.empty();
    }

    private static boolean mayComeToAStand(Situation situation) {
        return situation.runs() && situation.plan().strategy() != Strategy.AT_ONCE && !situation.awaitsPromotion();
    }

    /** Those in the plan that are present speak first, in its order. */
    private int rank(Plan plan) {
        List<MemberId> present = plan.members().stream().filter(this.replica.view()::has).toList();
        int place = present.indexOf(this.self);
        if (place >= 0) {
            return place;
        }
        return present.size() + (int) this.replica.view()
            .members()
            .keySet()
            .stream()
            .filter((other) -> other.compareTo(this.self) < 0 && !present.contains(other))
            .count();
    }

    private void speak(GroupName name, Watched rollout) {
        GroupSnapshot group = this.groups.get(name);
        if (group == null || this.watched.get(name) != rollout) {
            return;
        }
        rollout.next = Optional.empty();
        Revision revision = rollout.revision;
        Situation situation = group.situation(revision, revision.plan().orElseThrow());
        Optional<Word> word = due(situation);
        if (word.isEmpty()) {
            boolean late = this.loop.uptime().compareTo(rollout.lastStep.plus(situation.plan().deadline())) >= 0;
            if (mayComeToAStand(situation) && late && situation.majority()) {
                pause(group, rollout, situation, "no member came further within "
                        + DurationText.write(situation.plan().deadline()) + lacking(group, revision, situation));
            }
            return;
        }
        switch (word.get()) {
            case COMPLETE -> complete(group, rollout);
            case PAUSE -> pause(group, rollout, situation, failure(group, situation));
            case ROLLBACK -> takeBack(group, rollout, situation);
        }
    }

    /** The first member that says what it waits for. */
    private static String lacking(GroupSnapshot group, Revision revision, Situation situation) {
        return situation.plan()
            .members()
            .stream()
            .flatMap((member) -> RolloutStatus.lack(group, revision, member)
                .map((text) -> "; " + situation.names(List.of(member)) + " " + text)
                .stream())
            .findFirst()
            .orElse("");
    }

    private static String failure(GroupSnapshot group, Situation situation) {
        MemberId failed = situation.failed().get(0);
        String why = group.situation(group.current().orElseThrow(), situation.plan())
            .members()
            .get(failed)
            .failure()
            .orElse("");
        return situation.names(List.of(failed)) + " failed: " + why;
    }

    private void pause(GroupSnapshot group, Watched rollout, Situation situation, String why) {
        log.warn("Rollout paused: group={} revision={} reason={}", group.name(), rollout.revision.id(), why);
        say(rollout, group.name(), RolloutFacts.control(rollout.revision, situation.control().paused(why, "")));
    }

    private void complete(GroupSnapshot group, Watched rollout) {
        withContent(rollout, group.name(), rollout.revision.hash(), (content) -> {
            log.info("Revision is complete: group={} revision={}", group.name(), rollout.revision.id());
            say(rollout, group.name(), RolloutFacts.complete(rollout.revision, content));
        });
    }

    /** Number, time and content follow from what failed alone, and so does the fact. */
    private void takeBack(GroupSnapshot group, Watched rollout, Situation situation) {
        Revision failed = rollout.revision;
        Optional<Revision.Base> previous = failed.previous();
        if (failed.base().isEmpty()) {
            sayBack(group, rollout, situation, NOTHING_APPLIED, running(GroupContent.NOTHING, failed.replaces()));
            return;
        }
        // Before Muster itself had made the first one, members ran with nothing applied.
        Optional<Revision> first = group.first().filter(Revision::update);
        if (previous.isEmpty() && first.isPresent() && failed.number() < Revision.MAX_NUMBER) {
            sayBack(group, rollout, situation, NOTHING_APPLIED, running(GroupContent.NOTHING, first.get().replaces()));
            return;
        }
        if (previous.isEmpty() || failed.number() == Revision.MAX_NUMBER) {
            if (situation.runs()) {
                pause(group, rollout, situation, failure(group, situation)
                        + "; no earlier revision is complete, so there is none to go back to");
            }
            return;
        }
        String id = previous.get().id();
        Optional<Revision> kept = group.find(id);
        Optional<Completion> complete = group.complete().filter((known) -> known.id().equals(id));
        if (kept.isEmpty() && complete.isEmpty()) {
            // Whoever still has it may say it.
            log.warn("Cannot go back, the content is no longer kept: group={} revision={}", group.name(), id);
            return;
        }
        Hash fact = complete.map(Completion::fact).orElseGet(() -> kept.orElseThrow().hash());
        Optional<PackageIdent> ran = kept.flatMap(group::release)
            .or(() -> complete.flatMap((known) -> group.allowed(known).release()));
        withContent(rollout, group.name(), fact,
                (content) -> sayBack(group, rollout, situation, id, running(content, ran)));
    }

    /**
     * With the release that the group ran then, where only a later revision tells:
     * whoever has taken that one is to run the other again.
     */
    private static GroupContent running(GroupContent content, Optional<PackageIdent> ran) {
        return content.release().isPresent() ? content : ran.map(content::with).orElse(content);
    }

    private void sayBack(GroupSnapshot group, Watched rollout, Situation situation, String target,
            GroupContent content) {
        Revision failed = rollout.revision;
        log.warn("Revision is taken back: group={} revision={} to={} reason={}", group.name(), failed.id(), target,
                failure(group, situation));
        say(rollout, group.name(),
                GroupFacts.revision(failed.group(), failed.number() + 1, failed.version().minor() + 1, "",
                        new Revision.Base(failed.number(), failed.hash()), content,
                        "takes back " + failed.id() + " to " + target, situation.plan().back(),
                        failed.previous().orElse(null)));
    }

    private void withContent(Watched rollout, GroupName group, Hash fact, Consumer<GroupContent> next) {
        rollout.saying = true;
        CompletableFuture<Fact> read = this.replica.fetch(fact);
        read.whenComplete((found, failure) -> this.loop.execute(() -> {
            rollout.saying = false;
            if (this.watched.get(group) != rollout) {
                return;
            }
            if (failure != null) {
                log.warn("Content cannot be read, it is tried again: group={} fact={} reason={}", group, fact.hex(),
                        failure.getMessage());
                speakAfter(group, rollout, AGAIN);
                return;
            }
            next.accept(GroupFacts.content(found));
        }));
    }

    private void say(Watched rollout, GroupName group, Fact fact) {
        this.replica.submit(fact, new Replica.Submission() {

            @Override
            public void held() {
                // What it changes is looked at when it is merged.
                if (fact.key().equals(GroupFacts.config(group))) {
                    RolloutWatch.this.said.accept(GroupFacts.revision(fact));
                }
            }

            @Override
            public void failed(IOException why) {
                speakAfter(group, rollout, AGAIN);
            }

        });
    }

    /** What can be said about a rollout. */
    private enum Word {

        COMPLETE, PAUSE, ROLLBACK

    }

    /** A rollout that goes on. */
    private static final class Watched {

        private final Revision revision;

        private Duration lastStep;

        private @Nullable List<Object> step;

        private Optional<Word> next = Optional.empty();

        private Loop.Timer timer = NO_TIMER;

        /** Content is being read for what is about to be said. */
        private boolean saying;

        private Watched(Revision revision, Duration now) {
            this.revision = revision;
            this.lastStep = now;
        }

        private void saw(Situation situation, Duration now) {
            List<Object> seen = List.of(situation.done(), situation.control().sequence());
            if (!seen.equals(this.step)) {
                this.step = seen;
                this.lastStep = now;
            }
        }

    }

}
