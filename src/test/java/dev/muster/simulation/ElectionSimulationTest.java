package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

import dev.muster.election.ElectionStanding;
import dev.muster.election.VoterList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Elections of one group under everything that may happen to it. After every event:
 * {@link Electorate} sees that no term has two leaders, that no two processes act as
 * leader, and that majorities overlap.
 */
class ElectionSimulationTest {

    private static final long SEEDS = Long.getLong("muster.seeds", 30);

    private static final long FIRST_SEED = Long.getLong("muster.first-seed", 1);

    private static final Duration KILLED = Duration.ofSeconds(6);

    private static final Duration CUT_OFF = Duration.ofSeconds(8);

    /** Until everybody has noticed who is there, and a group without a list has one. */
    private static final Duration BEGINNING = Duration.ofSeconds(15);

    static LongStream seeds() {
        return LongStream.range(0, SEEDS).map((seed) -> FIRST_SEED + seed);
    }

    private static Electorate electorate(Simulation simulation, int members) {
        Electorate electorate = new Electorate(simulation);
        for (int i = 0; i < members; i++) {
            electorate.add(3, Rules.ALL);
        }
        return electorate;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensNoTwoLeadAndAWholeAndQuietGroupHasALeader(long seed) {
        Simulation simulation = new Simulation(seed);
        Electorate electorate = electorate(simulation, 3 + simulation.random.nextInt(3));
        ElectionTroubles troubles = new ElectionTroubles(simulation, electorate);
        for (int i = 0; i < 40; i++) {
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(4_000)));
            troubles.happen();
        }
        troubles.end();
        // Those that start grant no vote for one lease, and may have to wait for
        // another's
        // whose leader was never heard of again.
        electorate.untilOneActs(CUT_OFF.plusSeconds(5));
        simulation.runFor(Duration.ofSeconds(20));
        ElectingMember leader = electorate.acting()
            .orElseThrow(() -> new AssertionError("Nobody acts: " + electorate.describe()));
        VoterList list = leader.standing().voters().orElseThrow();
        for (ElectingMember member : electorate.members()) {
            assertThat(list.has(member.id())).as(electorate.describe()).isEqualTo(electorate.belongs(member));
            if (!electorate.belongs(member)) {
                continue;
            }
            assertThat(member.standing().phase()).as(electorate.describe()).isEqualTo(ElectionStanding.Phase.FINISHED);
            assertThat(member.standing().leader()).as(electorate.describe()).contains(leader.id());
        }
        assertThat(leader.standing().confirmed()).as(electorate.describe()).isTrue();
    }

    /**
     * 291: a member alone in a greater lineage followed nobody. 630: the wall clock was
     * set back by as much as the machine slept. 3797: one that stood was elected after
     * its service had been withdrawn.
     */
    @ParameterizedTest
    @ValueSource(longs = { 291, 630, 3797 })
    void whatWasFoundOnce(long seed) {
        whateverHappensNoTwoLeadAndAWholeAndQuietGroupHasALeader(seed);
    }

    /** Most messages are lost, and who has voted forgets what it had not written. */
    @ParameterizedTest
    @MethodSource("seeds")
    void howeverManyStandAtOnceEachTermHasOneLeaderAtMost(long seed) {
        Simulation simulation = new Simulation(seed);
        Electorate electorate = electorate(simulation, 4 + simulation.random.nextInt(2));
        electorate.untilOneActs(BEGINNING);
        simulation.runFor(Duration.ofSeconds(6));
        simulation.lose(0.2 + simulation.random.nextDouble() * 0.4);
        electorate.duplicate(0.2);
        for (int i = 0; i < 60; i++) {
            ElectingMember someone = electorate.acting()
                .filter((leader) -> simulation.random.nextBoolean())
                .orElseGet(() -> electorate.members().get(simulation.random.nextInt(electorate.members().size())));
            if (someone.alive()) {
                someone.crash();
            }
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(1_500)));
            someone.boot();
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(3_000)));
        }
    }

    /**
     * Voters come and go without an end, and each time that the list changes, somebody
     * may be cut off or die over it: what one leader has begun must not stand beside what
     * the next one makes.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void howeverOftenVotersComeAndGoMajoritiesOverlap(long seed) {
        Simulation simulation = new Simulation(seed);
        Electorate electorate = electorate(simulation, 3);
        electorate.untilOneActs(BEGINNING);
        for (int i = 0; i < 80; i++) {
            List<ElectingMember> all = electorate.members();
            ElectingMember someone = all.get(simulation.random.nextInt(all.size()));
            long belong = all.stream().filter(electorate::belongs).count();
            switch (simulation.random.nextInt(8)) {
                case 0, 1, 2 -> {
                    if (all.size() < 6) {
                        electorate.add(3, Rules.ALL);
                    }
                    else if (!electorate.belongs(someone)) {
                        electorate.belongAgain(someone);
                    }
                    else if (belong > 2) {
                        electorate.withdraw(someone);
                    }
                }
                case 3 -> electorate.acting().ifPresent((leader) -> electorate.cut(Set.of(leader)));
                case 4 ->
                    electorate.cut(new HashSet<>(List.of(someone, all.get(simulation.random.nextInt(all.size())))));
                case 5 -> electorate.acting().filter(ElectingMember::alive).ifPresent(ElectingMember::crash);
                case 6 -> electorate.heal();
                default -> all.stream().filter((member) -> !member.alive()).forEach(ElectingMember::boot);
            }
            // Most changes are under way for a few messages only.
            simulation.runFor(
                    Duration.ofMillis(simulation.random.nextInt((simulation.random.nextInt(3) == 0) ? 6_000 : 1_200)));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theNextLeaderOfAKilledOneActsWithinSixSeconds(long seed) {
        Simulation simulation = new Simulation(seed);
        Electorate electorate = electorate(simulation, 3 + simulation.random.nextInt(3));
        electorate.untilOneActs(BEGINNING);
        simulation.runFor(Duration.ofMillis(6_000 + simulation.random.nextInt(2_000)));
        ElectingMember first = electorate.acting().orElseThrow();
        first.crash();
        assertThat(electorate.untilOneActs(KILLED)).isLessThan(KILLED);
        ElectingMember second = electorate.acting().orElseThrow();
        first.boot();
        simulation.runFor(Duration.ofSeconds(15));
        assertThat(electorate.acting()).as("the one that came back follows").contains(second);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theNextLeaderOfOneThatIsCutOffActsWithinEightSeconds(long seed) {
        Simulation simulation = new Simulation(seed);
        Electorate electorate = electorate(simulation, 3 + simulation.random.nextInt(3));
        electorate.untilOneActs(BEGINNING);
        simulation.runFor(Duration.ofMillis(6_000 + simulation.random.nextInt(2_000)));
        ElectingMember first = electorate.acting().orElseThrow();
        boolean oneWay = simulation.random.nextBoolean();
        for (ElectingMember other : electorate.members()) {
            if (other != first) {
                electorate.deafen(first, other);
                if (!oneWay) {
                    electorate.deafen(other, first);
                }
            }
        }
        Duration begin = simulation.now();
        while (electorate.acting().filter((acting) -> acting != first).isEmpty()) {
            simulation.runFor(Duration.ofMillis(50));
            assertThat(simulation.now().minus(begin)).as(electorate::describe).isLessThan(CUT_OFF);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whereTwoLineagesMeetOneStaysAndItsTermIsAboveBoth(long seed) {
        Simulation simulation = new Simulation(seed);
        Electorate electorate = new Electorate(simulation);
        List<ElectingMember> here = new ArrayList<>();
        List<ElectingMember> there = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            ((i % 2 == 0) ? here : there).add(electorate.add(3, Rules.ALL));
        }
        electorate.cut(new HashSet<>(here));
        simulation.runFor(BEGINNING);
        // Several terms on one side.
        for (int i = 0; i < simulation.random.nextInt(4); i++) {
            there.stream().filter((member) -> member.alive() && member.standing().leading()).forEach((leader) -> {
                leader.crash();
                simulation.runFor(Duration.ofSeconds(8));
                leader.boot();
            });
            simulation.runFor(Duration.ofSeconds(6));
        }
        long highest = electorate.members().stream().mapToLong((member) -> member.durable().term()).max().orElseThrow();
        Set<Object> lineages = new HashSet<>();
        electorate.members().forEach((member) -> lineages.add(member.durable().lineage()));
        assertThat(lineages).as(electorate.describe()).hasSize(2);
        electorate.heal();
        simulation.runFor(Duration.ofSeconds(25));
        ElectingMember leader = electorate.acting()
            .orElseThrow(() -> new AssertionError("Not one acts: " + electorate.describe()));
        for (ElectingMember member : electorate.members()) {
            assertThat(member.standing().leader()).as(electorate.describe()).contains(leader.id());
            assertThat(member.standing().lineage()).isEqualTo(leader.standing().lineage());
        }
        assertThat(leader.standing().term()).as(electorate.describe()).isGreaterThanOrEqualTo(highest);
        assertThat(leader.standing().voters().orElseThrow().voters()).as(electorate.describe()).hasSize(6);
    }

    /**
     * Whoever is cut off from the leaders of its own lineage goes over to another, and
     * back when that is led again.
     */
    @ParameterizedTest
    @MethodSource("seeds")
    void howeverOftenLineagesMeetAndPartNoTwoLeadAndOneStays(long seed) {
        Simulation simulation = new Simulation(seed);
        Electorate electorate = electorate(simulation, 6);
        List<ElectingMember> all = electorate.members();
        electorate.cut(new HashSet<>(all.subList(0, 3)));
        simulation.runFor(BEGINNING);
        for (int i = 0; i < 30; i++) {
            ElectingMember someone = all.get(simulation.random.nextInt(all.size()));
            switch (simulation.random.nextInt(6)) {
                case 0, 1 -> {
                    electorate.heal();
                    List<ElectingMember> drawn = new ArrayList<>(all);
                    Collections.shuffle(drawn, simulation.random);
                    electorate.cut(new HashSet<>(drawn.subList(0, 2 + simulation.random.nextInt(3))));
                }
                case 2 -> electorate.acting().filter(ElectingMember::alive).ifPresent(ElectingMember::crash);
                case 3 -> electorate.deafen(someone, all.get(simulation.random.nextInt(all.size())));
                case 4 -> someone.pause(Duration.ofMillis(simulation.random.nextInt(9_000)));
                default -> all.stream().filter((member) -> !member.alive()).forEach(ElectingMember::boot);
            }
            simulation.runFor(
                    Duration.ofMillis(simulation.random.nextInt((simulation.random.nextBoolean()) ? 20_000 : 2_000)));
        }
        all.stream().filter((member) -> !member.alive()).forEach(ElectingMember::boot);
        electorate.heal();
        simulation.runFor(Duration.ofSeconds(60));
        ElectingMember leader = electorate.acting()
            .orElseThrow(() -> new AssertionError("Not one acts: " + electorate.describe()));
        for (ElectingMember member : all) {
            assertThat(member.standing().leader()).as(electorate.describe()).contains(leader.id());
        }
    }

}
