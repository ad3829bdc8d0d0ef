package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.muster.group.GroupName;
import dev.muster.group.Revision;
import dev.muster.rollout.Plan;
import dev.muster.rollout.Strategy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Watches what changes take down: of members that take them in turns, never more than the
 * greatest max-unavailable of the revisions that they are at, whichever these are, and
 * whether their rollouts are superseded or complete. A member counts those with whom it
 * has been in touch for a while.
 */
final class Availability {

    /** By then everybody has seen who is there, and heard how they are. */
    private static final Duration IN_TOUCH = Duration.ofSeconds(10);

    private final Simulation simulation;

    private final GroupName group;

    /** Members that a turn has taken down, and that are not up again. */
    private Set<SimulatedMember> down = new HashSet<>();

    Availability(Simulation simulation, GroupName group) {
        this.simulation = simulation;
        this.group = group;
        simulation.invariant(this::check);
    }

    private void check() {
        Set<SimulatedMember> now = new HashSet<>();
        for (SimulatedMember member : this.simulation.members.values()) {
            SimulatedService service = member.services().get(this.group);
            if (service.unavailable() && (this.down.contains(member) || inTurn(service).isPresent())) {
                now.add(member);
            }
        }
        Set<SimulatedMember> before = this.down;
        this.down = now;
        now.stream().filter((member) -> !before.contains(member)).forEach(this::mayGoDown);
    }

    private void mayGoDown(SimulatedMember next) {
        List<SimulatedMember> together = new ArrayList<>();
        for (SimulatedMember other : this.down) {
            if (other == next || this.simulation.inTouch(next.id(), other.id(), IN_TOUCH)) {
                together.add(other);
            }
        }
        int most = together.stream()
            .map((member) -> inTurn(member.services().get(this.group)))
            .flatMap(Optional::stream)
            .mapToInt(Plan::maxUnavailable)
            .max()
            .orElse(Integer.MAX_VALUE);
        assertThat(together.size())
            .as("down at %s: %s", this.simulation.now(), together.stream()
                .map((member) -> member.name() + " with " + member.services().get(this.group).taken().orElse("nothing"))
                .toList())
            .isLessThanOrEqualTo(most);
    }

    /** How it is at what it is at, if that is taken in turns. */
    private Optional<Plan> inTurn(SimulatedService service) {
        return service.taken()
            .flatMap((id) -> this.simulation.members.values()
                .stream()
                .filter(SimulatedMember::alive)
                .map((member) -> member.registry().group(this.group).flatMap((known) -> known.find(id)).orElse(null))
                .filter(Objects::nonNull)
                .findFirst())
            .flatMap(Revision::plan)
            .filter((plan) -> plan.strategy() != Strategy.AT_ONCE);
    }

}
