package dev.muster.group;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.muster.rollout.Plan;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * For how long groups have been as they are. Who takes a change in turns waits until what
 * it sees of the others has had the time to be true: a word that is on its way may say
 * that one of them is under way already. Time is that of this node. Owned by the node's
 * loop.
 */
final class Calm {

    /** By then a change has reached everybody, and what they had begun is told. */
    static final Duration HEARD = Duration.ofSeconds(1);

    /**
     * By then everybody has seen who has come and who has gone. Whoever was away when a
     * rollout became complete has no turn in an order that the others have to wait for,
     * so it waits until they have seen it.
     */
    static final Duration SEEN = Duration.ofSeconds(10);

    private final MemberId self;

    private final Map<GroupName, Sight> sights = new HashMap<>();

    Calm(MemberId self) {
        this.self = self;
    }

    /** A group as it is now. */
    void saw(GroupSnapshot group, Duration now) {
        Sight sight = this.sights.computeIfAbsent(group.name(), (name) -> new Sight());
        Set<MemberId> present = new HashSet<>();
        group.members().values().stream().filter(GroupSnapshot.Member::present).forEach((member) -> {
            if (!member.id().equals(this.self)) {
                present.add(member.id());
            }
        });
        if (!present.equals(sight.present)) {
            sight.present = present;
            sight.presentSince = now;
        }
        Revision current = group.current().orElse(null);
        if (current != null && !current.equals(sight.current)) {
            sight.current = current;
            sight.currentSince = now;
        }
    }

    /**
     * From when on a member may start to take the current revision in its turn.
     * @return on the loop's clock
     */
    Duration since(GroupSnapshot group, Revision current) {
        Sight sight = this.sights.get(group.name());
        if (sight == null) {
            return Duration.ZERO;
        }
        if (group.isComplete(current)) {
            return sight.presentSince.plus(SEEN);
        }
        Duration seen = sight.presentSince.plus(HEARD);
        return overtakes(group, current) ? later(seen, sight.currentSince.plus(HEARD)) : seen;
    }

    /** Whether it was made while members took another one in turns. */
    private static boolean overtakes(GroupSnapshot group, Revision current) {
        Optional<Revision.Base> base = current.base();
        if (base.isEmpty() || group.complete().filter((known) -> known.revision().equals(base.get().hash())).isPresent()
                || current.previous().equals(base)) {
            return false;
        }
        return group.find(base.get().id())
            .flatMap(Revision::plan)
            .map(Plan::strategy)
            .filter((strategy) -> strategy == Strategy.AT_ONCE)
            .isEmpty();
    }

    private static Duration later(Duration one, Duration other) {
        return (one.compareTo(other) > 0) ? one : other;
    }

    void forget(GroupName group) {
        this.sights.remove(group);
    }

    private static final class Sight {

        private @Nullable Set<MemberId> present;

        private Duration presentSince = Duration.ZERO;

        private @Nullable Revision current;

        private Duration currentSince = Duration.ZERO;

    }

}
