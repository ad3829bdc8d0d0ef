package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import dev.muster.group.Departures;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Members that are let go for ever, while the ring is whole and while it is not. */
@ExtendWith(WithoutLog.class)
class DepartureTest {

    private static final int SEEDS = Integer.getInteger("muster.seeds", 60);

    private static final Duration QUIET = Duration.ofSeconds(120);

    private static final Duration MOMENT = Duration.ofSeconds(1);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whoeverDepartsMeanwhileAWholeAndQuietRingAgreesWithoutIt(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            members.add(simulation.start("m" + i, (i % 3 == 2) ? "redis.dev" : "redis.prod", "web." + i % 2));
        }
        // What is said by one that stays is not lost with who says it.
        SimulatedMember stays = members.get(0);
        Set<MemberId> departed = new TreeSet<>();
        for (int step = 0; step < 40; step++) {
            SimulatedMember someone = members.get(simulation.random.nextInt(members.size()));
            if (simulation.random.nextInt(8) == 0 && stays.alive() && someone != stays) {
                stays.depart(someone).thenAccept((said) -> departed.add(said.departure().member()));
            }
            else {
                trouble(simulation, members, someone);
            }
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(3_000)));
            members.removeIf((member) -> !simulation.members.containsKey(member.id()));
        }
        simulation.lose(0);
        simulation.heal();
        members.forEach((member) -> {
            member.diskFull(false);
            if (!member.alive()) {
                member.boot();
            }
        });
        simulation.runFor(QUIET);
        Set<MemberId> known = new TreeSet<>();
        stays.departures().all().forEach((departure) -> known.add(departure.member()));
        assertThat(known.containsAll(departed)).as("%s of %s", known, departed).isTrue();
        promises.whoHasDepartedIsGone(known);
        promises.allMembersAreEqual();
        promises.everyGroupHasItsMembers();
        promises.everyMemberRunsWithTheGreatestAccepted();
        promises.everythingShownIsOnDisk();
    }

    private static void trouble(Simulation simulation, List<SimulatedMember> members, SimulatedMember someone) {
        switch (simulation.random.nextInt(10)) {
            case 0 -> simulation.cut(members.subList(0, 1 + simulation.random.nextInt(members.size())));
            case 1 -> simulation.heal();
            case 2 -> {
                if (someone.alive()) {
                    someone.crashWithTornWrites();
                }
                else {
                    someone.boot();
                }
            }
            case 3 -> simulation.lose(simulation.random.nextInt(3) * 0.1);
            case 4 -> someone.diskFull(simulation.random.nextBoolean());
            case 5 -> {
                if (someone.alive()) {
                    someone.load("web." + simulation.random.nextInt(3));
                }
            }
            default -> {
                if (someone.alive()) {
                    someone.apply("redis.prod", OptionalLong.empty(), "port = " + simulation.random.nextInt(4),
                            someone.name());
                }
            }
        }
    }

    private static Departures.Said done(CompletableFuture<Departures.Said> answer) {
        assertThat(answer).isCompleted();
        return answer.join();
    }

    @Test
    void aMemberThatIsToldToGoEndsAndIsForgotten() {
        Simulation simulation = new Simulation(1);
        SimulatedMember stays = simulation.start("stays", "redis.prod");
        SimulatedMember goes = simulation.start("goes", "redis.prod", "web.default");
        simulation.runFor(Duration.ofSeconds(30));
        CompletableFuture<Departures.Said> said = stays.depart(goes);
        simulation.runFor(MOMENT);
        assertThat(done(said).oneCopy()).isFalse();
        assertThat(goes.alive()).isFalse();
        GroupSnapshot group = stays.registry().group(GroupName.parse("redis.prod")).orElseThrow();
        assertThat(group.members()).containsOnlyKeys(stays.id());
        assertThat(group.left()).containsExactly(goes.id());
        // Nothing else was ever said of it.
        assertThat(stays.registry().group(GroupName.parse("web.default"))).isEmpty();
    }

    @Test
    void aMemberThatGoesByItselfWaitsUntilAnotherKnows() {
        Simulation simulation = new Simulation(1);
        SimulatedMember stays = simulation.start("stays", "redis.prod");
        SimulatedMember goes = simulation.start("goes", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        CompletableFuture<Departures.Said> said = goes.depart(goes);
        simulation.runFor(MOMENT);
        assertThat(done(said).oneCopy()).isFalse();
        assertThat(goes.alive()).isFalse();
        assertThat(stays.departures().find(goes.id())).isPresent();
    }

    @Test
    void whoIsAwayEndsWhenItComesBack() {
        Simulation simulation = new Simulation(1);
        SimulatedMember stays = simulation.start("stays", "redis.prod");
        SimulatedMember away = simulation.start("away", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        away.crash();
        simulation.runFor(Simulation.LONGEST_TO_NOTICE);
        CompletableFuture<Departures.Said> said = stays.depart(away);
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(done(said).oneCopy()).isFalse();
        away.boot();
        assertThat(away.alive()).isTrue();
        simulation.runFor(Duration.ofSeconds(30));
        assertThat(away.alive()).isFalse();
        assertThat(stays.registry().group(GroupName.parse("redis.prod")).orElseThrow().members())
            .containsOnlyKeys(stays.id());
    }

    @Test
    void sayingItTwiceChangesNothing() {
        Simulation simulation = new Simulation(1);
        SimulatedMember stays = simulation.start("stays", "redis.prod");
        SimulatedMember goes = simulation.start("goes", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        stays.depart(goes);
        simulation.runFor(MOMENT);
        String before = stays.replica().fingerprint();
        CompletableFuture<Departures.Said> again = stays.depart(goes);
        simulation.runFor(MOMENT);
        assertThat(done(again).already()).isTrue();
        assertThat(stays.replica().fingerprint()).isEqualTo(before);
    }

}
