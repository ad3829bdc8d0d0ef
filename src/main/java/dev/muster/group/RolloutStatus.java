package dev.muster.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.muster.rollout.Control;
import dev.muster.rollout.Plan;
import dev.muster.rollout.Situation;
import dev.muster.rollout.Situation.Hold;
import dev.muster.rollout.Stand;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.MemberId;

/**
 * How the rollout of a group's current revision stands, as one node knows it.
 *
 * @param state {@code complete, aborted, paused, failed, awaits-promotion} or
 * {@code running}
 * @param reason why it is paused, or who failed; empty where there is nothing to say
 * @param places in the order of turns; members that the plan does not know come last
 */
public record RolloutStatus(Revision revision, Plan plan, Control control, String state, String reason,
        List<Place> places) {

    public RolloutStatus {
        places = List.copyOf(places);
    }

    /** Empty when the group has no revision, or one of a release that knew no plans. */
    static Optional<RolloutStatus> of(GroupSnapshot group) {
        return group.current().flatMap((current) -> current.plan().map((plan) -> of(group, current, plan)));
    }

    private static RolloutStatus of(GroupSnapshot group, Revision revision, Plan plan) {
        Situation situation = group.situation(revision, plan);
        List<MemberId> order = plan.order(situation.control().skipped());
        List<Place> places = new ArrayList<>();
        for (MemberId member : order) {
            places.add(place(group, revision, situation, member, places.size() + 1));
        }
        group.members()
            .keySet()
            .stream()
            .filter((member) -> !order.contains(member))
            .forEach((member) -> places.add(place(group, revision, situation, member, 0)));
        List<MemberId> failed = situation.failed();
        String state = switch (situation.control().phase()) {
            case ABORTED -> "aborted";
            case PAUSED -> "paused";
            case RUNNING -> failed.isEmpty() ? situation.awaitsPromotion() ? "awaits-promotion" : "running" : "failed";
        };
        String reason = situation.control().reason();
        if (reason.isEmpty() && !failed.isEmpty()) {
            reason = situation.names(failed) + " failed";
        }
        return new RolloutStatus(revision, plan, situation.control(), situation.complete() ? "complete" : state, reason,
                places);
    }

    private static Place place(GroupSnapshot group, Revision revision, Situation situation, MemberId member, int turn) {
        Stand stand = situation.members().get(member);
        boolean skipped = situation.control().skipped().contains(member);
        if (stand == null) {
            return new Place(turn, member, member.hex().substring(0, 8), "unknown", skipped,
                    "nothing is known of it yet");
        }
        boolean begun = group.members().containsKey(member) && group.members()
            .get(member)
            .state()
            .filter((state) -> revision.id().equals(state.revision()))
            .isPresent();
        String state;
        String reason = "";
        if (stand.gone()) {
            state = "gone";
        }
        else if (stand.done()) {
            state = "done";
        }
        else if (!stand.present()) {
            state = "away";
        }
        else if (stand.failure().isPresent()) {
            state = "failed";
            reason = stand.failure().get();
        }
        else if (begun) {
            state = "under-way";
        }
        else {
            state = "waiting";
            reason = lack(group, revision, member)
                .orElse((situation.turn(member, false) instanceof Hold hold) ? hold.reason() : "");
        }
        return new Place(turn, member, stand.name(), state, skipped, reason);
    }

    /** What a member says that it waits for before it can take the revision. */
    static Optional<String> lack(GroupSnapshot group, Revision revision, MemberId member) {
        return Optional.ofNullable(group.members().get(member))
            .filter(GroupSnapshot.Member::present)
            .flatMap(GroupSnapshot.Member::state)
            .map(MemberState::lack)
            .filter((lack) -> revision.id().equals(lack.revision()))
            .map(MemberState.Lack::text);
    }

    /** How many members have their turns at the same time, for people. */
    public String way() {
        return switch (this.plan.strategy()) {
            case AT_ONCE -> "at once";
            case ROLLING -> this.plan.maxUnavailable() + " at a time";
            case CANARY -> this.plan.canary() + " first, then " + this.plan.maxUnavailable() + " at a time";
        };
    }

    /** Whether members take turns at all. */
    public boolean inTurn() {
        return this.plan.strategy() != Strategy.AT_ONCE;
    }

    /**
     * A member's place.
     *
     * @param turn from 1; 0 for one that the plan does not know
     * @param state {@code done, under-way, waiting, failed, away, gone} or
     * {@code unknown}
     * @param skipped whether others no longer wait for it
     * @param reason why it waits or failed
     */
    public record Place(int turn, MemberId id, String name, String state, boolean skipped, String reason) {
    }

}
