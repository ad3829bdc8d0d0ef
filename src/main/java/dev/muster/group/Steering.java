package dev.muster.group;

import java.util.List;
import java.util.Optional;

import dev.muster.rollout.Control;
import dev.muster.rollout.Control.Phase;
import dev.muster.rollout.Plan;
import dev.muster.rollout.Situation;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.MemberId;

/** What becomes of a rollout when somebody does something to it. */
final class Steering {

    private Steering() {
    }

    /**
     * Decides.
     * @throws RefusedException when that cannot be done to the rollout as it is
     */
    static Control decide(GroupName name, Optional<GroupSnapshot> known, RolloutAction action, String author) {
        GroupSnapshot group = known.filter((found) -> found.current().isPresent())
            .orElseThrow(() -> new RefusedException(RefusedException.Reason.NOT_FOUND,
                    "The group " + name + " has no revision yet, so there is no rollout; config apply makes one",
                    null));
        Revision current = group.current().get();
        Plan plan = current.plan().orElseThrow(() -> refused("is of a release without rollouts", current));
        Situation situation = group.situation(current, plan);
        Control now = situation.control();
        if (situation.complete()) {
            throw refused("is complete", current);
        }
        if (plan.strategy() == Strategy.AT_ONCE) {
            throw refused("goes to all members at once, so there are no turns to change; config rollback takes it back",
                    current);
        }
        if (now.phase() == Phase.ABORTED) {
            throw refused("was aborted for good; apply another change", current);
        }
        if (action instanceof RolloutAction.Pause pause) {
            if (now.phase() == Phase.PAUSED) {
                throw refused("is paused already", current);
            }
            return now.paused(pause.reason(), author);
        }
        if (action instanceof RolloutAction.Resume) {
            if (now.phase() != Phase.PAUSED) {
                throw refused("is not paused", current);
            }
            return now.resumed(situation.failed(), author);
        }
        if (action instanceof RolloutAction.Promote) {
            return promote(situation, current, author);
        }
        if (action instanceof RolloutAction.Skip skip) {
            return now.skipping(member(group, plan, skip.member(), current), author);
        }
        return now.aborted(author);
    }

    private static Control promote(Situation situation, Revision current, String author) {
        if (situation.plan().strategy() != Strategy.CANARY) {
            throw refused("has no canaries, it is " + situation.plan().strategy().wireName(), current);
        }
        if (situation.control().promoted()) {
            throw refused("is promoted already", current);
        }
        if (!situation.awaitsPromotion()) {
            throw refused("cannot be promoted yet, its canaries are not done; wait for them, or skip them", current);
        }
        return situation.control().promoted(situation.failed(), author);
    }

    private static MemberId member(GroupSnapshot group, Plan plan, String asked, Revision current) {
        List<MemberId> found = plan.members()
            .stream()
            .filter((member) -> member.hex().equals(asked)
                    || (group.members().containsKey(member) && group.members().get(member).name().equals(asked)))
            .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new RefusedException(
                found.isEmpty() ? RefusedException.Reason.NOT_FOUND : RefusedException.Reason.CONFLICT,
                found.isEmpty()
                        ? "The plan of " + current.id() + " has no member " + asked + "; rollout status names them"
                        : "The plan of " + current.id() + " has " + found.size() + " members called " + asked
                                + "; give the id of one",
                current);
    }

    private static RefusedException refused(String why, Revision current) {
        return new RefusedException(RefusedException.Reason.CONFLICT, "The rollout of " + current.id() + " " + why,
                current);
    }

}
