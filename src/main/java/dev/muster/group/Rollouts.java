package dev.muster.group;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import dev.muster.loop.Loop;
import dev.muster.rollout.Control;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Replica;
import dev.muster.rumor.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people say about rollouts, and what follows from what is seen of them. Owned by
 * the node's loop.
 */
final class Rollouts {

    private static final Logger log = LoggerFactory.getLogger(Rollouts.class);

    private final Replica replica;

    private final Loop loop;

    /** As they were published last. */
    private final Map<GroupName, GroupSnapshot> groups;

    private final RolloutWatch watch;

    Rollouts(MemberId self, Replica replica, Loop loop, Map<GroupName, GroupSnapshot> groups, Consumer<Revision> said) {
        this.replica = replica;
        this.loop = loop;
        this.groups = groups;
        this.watch = new RolloutWatch(self, replica, loop, groups, said);
    }

    /** Something of a group, or of the ring, has changed. */
    void look(GroupSnapshot group) {
        this.watch.look(group);
    }

    void steer(GroupName name, RolloutAction action, String author, CompletableFuture<RolloutStatus> answer) {
        Optional<Hash> underWay = this.replica.greatestToBe(RolloutFacts.control(name), Retention.DURABLE)
            .map(Version::hash)
            .filter((fact) -> this.replica.pending(fact).isPresent());
        if (underWay.isPresent()) {
            // What is said now goes on from what was said just before.
            CompletableFuture<Boolean> over = new CompletableFuture<>();
            this.replica.joinPending(underWay.get(), Submissions.answering(over, () -> true));
            over.whenComplete((held, failure) -> this.loop.execute(() -> steer(name, action, author, answer)));
            return;
        }
        try {
            Control control = Steering.decide(name, Optional.ofNullable(this.groups.get(name)), action, author);
            Revision revision = this.groups.get(name).current().orElseThrow();
            log.info("Rollout steered: group={} revision={} action={} author={}", name, revision.id(), action, author);
            this.replica.submit(RolloutFacts.control(revision, control),
                    Submissions.answering(answer, () -> RolloutStatus.of(this.groups.get(name)).orElseThrow()));
        }
        catch (RefusedException ex) {
            answer.completeExceptionally(ex);
        }
    }

    void policy(GroupName name, RolloutOptions options, String author, CompletableFuture<RolloutOptions> answer) {
        long number = this.replica.greatestToBe(RolloutFacts.policy(name), Retention.DURABLE)
            .map(Version::major)
            .orElse(0L) + 1;
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, this.loop.clock().instant());
        log.info("Default of rollouts changed: group={} options={} author={}", name, options.texts(), author);
        this.replica.submit(RolloutFacts.policy(name, number, micros, author, options),
                Submissions.answering(answer, () -> options));
    }

}
