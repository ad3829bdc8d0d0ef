package dev.muster.gateway;

import java.util.List;

import dev.muster.group.RolloutStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a rollout stands, in short.
 *
 * @param state as {@link RolloutStatus#state()}
 * @param reason why it is paused, or who failed
 * @param author who said the last word about it; null where nobody or Muster did
 * @param strategy {@code at-once}, {@code rolling} or {@code canary}
 * @param way how many have their turns at the same time, for people
 * @param onFailure {@code rollback}, {@code pause} or {@code none}
 * @param done how many members of the plan are
 * @param members how many the plan has
 */
record RolloutLine(String state, @Nullable String reason, @Nullable String author, String strategy, String way,
        String onFailure, int done, int members) {

    static RolloutLine of(RolloutStatus rollout) {
        List<RolloutStatus.Place> planned = rollout.places().stream().filter((place) -> place.turn() > 0).toList();
        int done = (int) planned.stream().filter((place) -> List.of("done", "gone").contains(place.state())).count();
        return new RolloutLine(rollout.state(), given(rollout.reason()), given(rollout.control().author()),
                rollout.plan().strategy().wireName(), rollout.way(), rollout.plan().onFailure().wireName(), done,
                planned.size());
    }

    static @Nullable String given(String text) {
        return text.isEmpty() ? null : text;
    }

}
