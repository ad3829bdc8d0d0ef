package dev.muster.group;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import dev.muster.loop.Loop;
import dev.muster.rollout.InvalidRolloutException;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Version;

/**
 * Lets changes of groups through the door, or not, and makes revisions of them. Owned by
 * the node's loop.
 */
final class Changes {

    private final Replica replica;

    private final Loop loop;

    private final Applies applies;

    /** As they were published last. */
    private final Map<GroupName, GroupSnapshot> groups;

    Changes(Replica replica, Loop loop, Applies applies, Map<GroupName, GroupSnapshot> groups) {
        this.replica = replica;
        this.loop = loop;
        this.applies = applies;
        this.groups = groups;
    }

    /** Completes {@code answer} later, or with why nothing was changed. */
    void apply(ApplyRequest request, CompletableFuture<Applied> answer) {
        try {
            decide(request, answer);
        }
        catch (RefusedException | InvalidRolloutException ex) {
            answer.completeExceptionally(ex);
        }
    }

    /** Completes {@code answer} with the number that the change would get. */
    void foresee(ApplyRequest request, CompletableFuture<OptionalLong> answer) {
        try {
            Door.Decision decision = decision(request, currentToBe(request.group()));
            answer.complete(
                    (decision instanceof Door.Accept accept) ? OptionalLong.of(accept.number()) : OptionalLong.empty());
        }
        catch (RefusedException ex) {
            answer.completeExceptionally(ex);
        }
    }

    private Door.Decision decision(ApplyRequest request, Optional<Revision> current) {
        Door.Decision decision = Door.decide(request.number(), request.ifRevision(), request.contentHash(), current,
                ChronoUnit.MICROS.between(Instant.EPOCH, this.loop.clock().instant()));
        if (decision instanceof Door.Refuse refuse) {
            throw new RefusedException(refuse.reason(), refuse.message(), current.orElse(null));
        }
        return decision;
    }

    private void decide(ApplyRequest request, CompletableFuture<Applied> answer) {
        Optional<Revision> current = currentToBe(request.group());
        Door.Decision decision = decision(request, current);
        if (decision instanceof Door.Already already) {
            // It may still be on its way to the disk; who is told that it holds must be
            // able to rely on it.
            whenHeld(already.current(), answer);
            return;
        }
        if (this.replica.congested()) {
            throw new RefusedException(RefusedException.Reason.BUSY,
                    "Too much waits to be sent to other members; nothing was changed, try again in a moment",
                    current.orElse(null));
        }
        Door.Accept accept = (Door.Accept) decision;
        Revision.Base base = current.map((known) -> new Revision.Base(known.number(), known.hash())).orElse(null);
        Optional<GroupSnapshot> group = group(request.group());
        Plan plan = group.map((known) -> known.plan(request.rollout()))
            .orElseGet(() -> Plan.freeze(request.rollout().over(RolloutOptions.NONE), List.of()));
        Revision.Base previous = group.flatMap(GroupSnapshot::proven).orElse(null);
        Fact fact = GroupFacts.revision(request.group(), accept.number(), accept.micros(), request.author(), base,
                request.contentHash(), request.content(), request.message(), plan, previous);
        Revision revision = GroupFacts.revision(fact);
        this.applies.submit(fact, revision, current).whenComplete((applied, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            }
            else {
                answer.complete(applied);
            }
        });
    }

    private void whenHeld(Revision revision, CompletableFuture<Applied> answer) {
        Applied already = new Applied(revision, true, Optional.empty(), 1, true, null);
        if (this.replica.pending(revision.hash()).isEmpty()) {
            answer.complete(already);
            return;
        }
        this.replica.joinPending(revision.hash(), Submissions.answering(answer, () -> already));
    }

    private Optional<Revision> currentToBe(GroupName name) {
        Optional<Version> greatest = this.replica.greatestToBe(GroupFacts.config(name), Retention.HISTORY);
        Optional<Revision> held = group(name).flatMap(GroupSnapshot::current);
        if (greatest.isEmpty() || held.map(Revision::version).equals(greatest)) {
            return held;
        }
        return this.replica.pending(greatest.get().hash()).map(GroupFacts::revision);
    }

    private Optional<GroupSnapshot> group(GroupName name) {
        return Optional.ofNullable(this.groups.get(name));
    }

}
