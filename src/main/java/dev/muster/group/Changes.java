package dev.muster.group;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import dev.muster.content.FileName;
import dev.muster.loop.Loop;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.InvalidRolloutException;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.MalformedFactException;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Version;
import org.jspecify.annotations.Nullable;

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
        goOn(answer, () -> attempt(request, answer));
    }

    private static void goOn(CompletableFuture<Applied> answer, Runnable step) {
        try {
            step.run();
        }
        catch (RefusedException | InvalidRolloutException ex) {
            answer.completeExceptionally(ex);
        }
    }

    /** Completes {@code answer} with what would become of the change. */
    void foresee(ApplyRequest request, CompletableFuture<Prospect> answer) {
        try {
            Optional<Revision> current = currentToBe(request.group());
            Decided decided = decide(request, current);
            answer.complete(
                    new Prospect((decided.decision instanceof Door.Accept accept) ? OptionalLong.of(accept.number())
                            : OptionalLong.empty(), current, decided.files, decided.release));
        }
        catch (RefusedException ex) {
            answer.completeExceptionally(ex);
        }
    }

    private Decided decide(ApplyRequest request, Optional<Revision> current) {
        request.requireEncryption();
        Door.mismatch(request.ifRevision(), current).ifPresent((refuse) -> {
            throw refused(refuse, current);
        });
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, this.loop.clock().instant());
        GroupFiles files = FileDoor.decide(request.group(), request.files(), current,
                (name) -> formerly(request.group(), name), request.author(), Door.micros(current, now));
        GroupFiles before = current.map(Revision::files).orElse(GroupFiles.NONE);
        Optional<PackageIdent> release = request.release().or(() -> current.flatMap(Revision::release));
        boolean renumbered = !files.changesSince(before).isEmpty() && !request.files().changes().isEmpty();
        boolean same = !renumbered && current
            .filter((known) -> known.contentHash()
                .equals(GroupContent.hash(request.layer().map(ApplyRequest.Layer::hash).orElse(known.layerHash()),
                        files, release)))
            .isPresent();
        Door.Decision decision = Door.decide(request.number(), request.ifRevision(), same, current, now);
        if (decision instanceof Door.Refuse refuse) {
            throw refused(refuse, current);
        }
        return new Decided(decision, files, release);
    }

    private static RefusedException refused(Door.Refuse refuse, Optional<Revision> current) {
        return new RefusedException(refuse.reason(), refuse.message(), current.orElse(null));
    }

    private boolean formerly(GroupName group, FileName name) {
        return group(group).map(GroupSnapshot::revisions)
            .orElse(List.of())
            .stream()
            .anyMatch((revision) -> revision.files().find(name).isPresent());
    }

    private void attempt(ApplyRequest request, CompletableFuture<Applied> answer) {
        Optional<Revision> current = currentToBe(request.group());
        Decided decided = decide(request, current);
        if (decided.decision instanceof Door.Already already) {
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
        Door.Accept accept = (Door.Accept) decided.decision;
        Optional<GroupContent> content = request.layer()
            .map((layer) -> new GroupContent(layer.text(), layer.hash(), layer.envelope(), layer.secrets(),
                    decided.files, decided.release))
            .or(() -> current.isPresent() ? Optional.empty() : Optional.of(decided.over(GroupContent.NOTHING)))
            .or(() -> this.replica.pending(current.orElseThrow().hash())
                .map((fact) -> decided.over(GroupFacts.content(fact))));
        if (content.isPresent()) {
            submit(request, accept, current, content.get(), answer);
            return;
        }
        Revision base = current.orElseThrow();
        this.replica.fetch(base.hash()).whenComplete((fact, failure) -> this.loop.execute(() -> goOn(answer, () -> {
            if (!currentToBe(request.group()).equals(current)) {
                // Somebody was faster: what stays is what that one left.
                attempt(request, answer);
            }
            else if (failure != null) {
                throw new RefusedException(RefusedException.Reason.BUSY,
                        "The current revision " + base.id() + " cannot be read now: " + failure.getMessage()
                                + "; nothing was changed, try again in a moment",
                        base);
            }
            else {
                submit(request, accept, current, decided.over(GroupFacts.content(fact)), answer);
            }
        })));
    }

    private void submit(ApplyRequest request, Door.Accept accept, Optional<Revision> current, GroupContent content,
            CompletableFuture<Applied> answer) {
        Revision.Base base = current.map((known) -> new Revision.Base(known.number(), known.hash())).orElse(null);
        Optional<GroupSnapshot> group = group(request.group());
        Plan plan = group.map((known) -> known.plan(request.rollout()))
            .orElseGet(() -> Plan.freeze(request.rollout().over(RolloutOptions.NONE), List.of()));
        Revision.Base previous = group.flatMap(GroupSnapshot::proven).orElse(null);
        Fact fact = fact(request, accept, base, content, plan, previous);
        this.applies.submit(fact, GroupFacts.revision(fact), current).whenComplete((applied, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            }
            else {
                answer.complete(applied);
            }
        });
    }

    private static Fact fact(ApplyRequest request, Door.Accept accept, Revision.@Nullable Base base,
            GroupContent content, Plan plan, Revision.@Nullable Base previous) {
        try {
            return GroupFacts.revision(request.group(), accept.number(), accept.micros(), request.author(), base,
                    content, request.message(), plan, previous);
        }
        catch (MalformedFactException ex) {
            throw new RefusedException(RefusedException.Reason.TOO_LARGE,
                    "Configuration, list of files and plan of " + request.group() + " have more than " + Fact.MAX_BYTES
                            + " bytes together: put several files into one, give them shorter names, or make the"
                            + " configuration smaller",
                    null);
        }
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

    private record Decided(Door.Decision decision, GroupFiles files, Optional<PackageIdent> release) {

        GroupContent over(GroupContent before) {
            GroupContent content = before.with(this.files);
            return this.release.map(content::with).orElse(content);
        }

    }

}
