package dev.muster.simulation;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import dev.muster.group.GroupName;
import dev.muster.group.RolloutAction;
import dev.muster.group.RolloutStatus;
import dev.muster.service.Rung;

import static org.assertj.core.api.Assertions.assertThat;

/** What befalls a ring whose group is changed member by member, and how that ends. */
final class Troubles<M extends SimulatedMember> {

    /** As long as any rollout is given. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Simulation simulation;

    private final List<M> members;

    private final Consumer<M> change;

    /**
     * @param change made by a member that lives
     */
    Troubles(Simulation simulation, List<M> members, Consumer<M> change) {
        this.simulation = simulation;
        this.members = members;
        this.change = change;
    }

    M someone() {
        return this.members.get(this.simulation.random.nextInt(this.members.size()));
    }

    /** One of them, by lot; or a change, or nothing. */
    void next() {
        M someone = someone();
        switch (this.simulation.random.nextInt(6)) {
            case 0 -> this.simulation
                .cut(List.copyOf(this.members.subList(0, 1 + this.simulation.random.nextInt(this.members.size()))));
            case 1 -> this.simulation.heal();
            case 2 -> {
                if (someone.alive()) {
                    someone.crash();
                }
                else {
                    someone.boot();
                }
            }
            case 3 -> this.simulation.lose(this.simulation.random.nextInt(3) * 0.1);
            case 4 -> {
                if (someone.alive()) {
                    this.change.accept(someone);
                }
            }
            default -> {
            }
        }
    }

    /** Everybody lives and hears of everything again. */
    void mend() {
        this.simulation.lose(0);
        this.simulation.heal();
        this.members.stream().filter((member) -> !member.alive()).forEach(SimulatedMember::boot);
    }

    /**
     * Everybody agrees that the rollout is complete and runs well with it, or that it has
     * stopped, with a reason; then it is told to go on.
     * @param complete sees each member that says that it is complete
     */
    void ended(GroupName group, BiConsumer<M, RolloutStatus> complete) {
        for (M member : this.members) {
            RolloutStatus rollout = member.registry().rollout(group).orElseThrow();
            assertThat(rollout.state()).as("%s: %s", member.name(), rollout).isIn("complete", "paused");
            if (rollout.state().equals("complete")) {
                SimulatedService service = member.services().get(group);
                assertThat(service.rung()).isEqualTo(Rung.HEALTHY);
                assertThat(service.taken()).as("%s: %s", member.name(), rollout).contains(rollout.revision().id());
                complete.accept(member, rollout);
            }
            else {
                assertThat(rollout.reason()).isNotEmpty();
                this.members.get(0).registry().steer(group, new RolloutAction.Resume(), "operator");
                this.simulation.runFor(PATIENCE);
            }
        }
    }

}
