package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import dev.muster.group.Applied;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(WithoutLog.class)
class RingSimulationTest {

    private static final int SEEDS = Integer.getInteger("muster.seeds", 100);

    private static final Duration QUIET = Duration.ofSeconds(120);

    /** Below the time of the first routine exchange: what must not wait for one. */
    private static final Duration SECONDS = Duration.ofSeconds(3);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensAWholeAndQuietRingAgrees(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = new ArrayList<>();
        int count = 2 + simulation.random.nextInt(6);
        for (int i = 0; i < count; i++) {
            members.add(simulation.start("m" + i, (i % 3 == 2) ? "redis.dev" : "redis.prod", "web.default"));
        }
        int steps = 20 + simulation.random.nextInt(40);
        for (int step = 0; step < steps; step++) {
            trouble(simulation, members);
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(3_000)));
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
        promises.allMembersAreEqual();
        promises.everyMemberRunsWithTheGreatestAccepted();
    }

    private static void trouble(Simulation simulation, List<SimulatedMember> members) {
        SimulatedMember someone = members.get(simulation.random.nextInt(members.size()));
        switch (simulation.random.nextInt(12)) {
            case 0 -> simulation.cut(members.subList(0, 1 + simulation.random.nextInt(members.size())));
            case 1 -> simulation.heal();
            case 2 -> {
                if (someone.alive()) {
                    someone.crash();
                }
                else {
                    someone.boot();
                }
            }
            case 3 -> simulation.lose(simulation.random.nextInt(3) * 0.1);
            case 4 -> someone.diskFull(simulation.random.nextBoolean());
            default -> {
                if (someone.alive()) {
                    String group = List.of("redis.prod", "redis.dev", "web.default").get(simulation.random.nextInt(3));
                    OptionalLong number = simulation.random.nextBoolean() ? OptionalLong.empty()
                            : OptionalLong.of(1 + simulation.random.nextInt(12));
                    someone.apply(group, number, "port = " + simulation.random.nextInt(4), someone.name());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void twoAppliesWithOneNumberOnBothSidesOfACutEndAsOneAndALostOne(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            members.add(simulation.start("m" + i, "redis.prod"));
        }
        simulation.runFor(Duration.ofSeconds(30));
        simulation.cut(members.subList(0, 2));
        simulation.runFor(Duration.ofSeconds(10));
        CompletableFuture<Applied> left = members.get(0).apply("redis.prod", OptionalLong.of(7), "port = 1", "left");
        CompletableFuture<Applied> right = members.get(3).apply("redis.prod", OptionalLong.of(7), "port = 2", "right");
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(left.join().copies()).isEqualTo(2);
        assertThat(right.join().copies()).isEqualTo(2);
        simulation.heal();
        simulation.runFor(QUIET);
        promises.allMembersAreEqual();
        promises.everyMemberRunsWithTheGreatestAccepted();
        GroupSnapshot group = members.get(1).registry().group(GroupName.parse("redis.prod")).orElseThrow();
        assertThat(group.revisions()).extracting("hash")
            .containsExactlyInAnyOrder(left.join().revision().hash(), right.join().revision().hash());
        assertThat(group.lost()).hasSize(1).doesNotContain(group.current().orElseThrow().hash());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anApplyKilledBeforeItIsSyncedIsNobodysAndOneKilledAfterIsEverybodys(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        SimulatedMember author = simulation.start("author", "redis.prod");
        SimulatedMember other = simulation.start("other", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        CompletableFuture<Applied> answer = author.apply("redis.prod", OptionalLong.empty(), "port = 1", "alice");
        simulation.runFor(Duration.ofNanos(simulation.random.nextInt(6_000_000)));
        boolean durable = author.disk().facts().stream().anyMatch((fact) -> fact.key().kind().equals("config"));
        author.crash();
        simulation.runFor(Duration.ofSeconds(10));
        author.boot();
        simulation.runFor(QUIET);
        promises.allMembersAreEqual();
        assertThat(other.registry().group(GroupName.parse("redis.prod")).orElseThrow().current().isPresent())
            .isEqualTo(durable);
        assertThat(durable || !answer.isDone()).as("accepted without being durable").isTrue();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whoComesHasEverythingWithinSecondsOfBeingSeen(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        SimulatedMember first = simulation.start("first", "redis.prod");
        simulation.start("second", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        for (int i = 0; i < 5; i++) {
            first.apply("redis.prod", OptionalLong.empty(), "port = " + i, "alice");
            simulation.runFor(Duration.ofSeconds(1));
        }
        simulation.start("late", "redis.prod");
        simulation.runFor(Simulation.LONGEST_TO_NOTICE.plus(SECONDS));
        promises.allMembersAreEqual();
        promises.everyMemberRunsWithTheGreatestAccepted();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aHealedRingAgreesWithinSecondsOfNoticing(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            members.add(simulation.start("m" + i, "redis.prod"));
        }
        simulation.runFor(Duration.ofSeconds(30));
        simulation.cut(members.subList(0, 3));
        simulation.runFor(Duration.ofSeconds(10));
        for (int i = 0; i < 20; i++) {
            SimulatedMember author = members.get(simulation.random.nextInt(6));
            author.apply("group" + i + ".prod", OptionalLong.empty(), "port = " + i, author.name());
        }
        simulation.runFor(Duration.ofSeconds(3));
        simulation.heal();
        simulation.runFor(Simulation.LONGEST_TO_NOTICE.plus(SECONDS));
        promises.allMembersAreEqual();
    }

    @Test
    void aFullDiskRefusesTheApplyAndTheNextOneGoesThrough() {
        Simulation simulation = new Simulation(1);
        SimulatedMember member = simulation.start("m", "redis.prod");
        simulation.runFor(Duration.ofSeconds(1));
        member.diskFull(true);
        CompletableFuture<Applied> refused = member.apply("redis.prod", OptionalLong.of(1), "port = 1", "alice");
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(refused).isCompletedExceptionally();
        assertThat(refused.handle((done, failure) -> failure).join()).isInstanceOf(RefusedException.class)
            .hasMessageContaining("No space left on device");
        member.diskFull(false);
        CompletableFuture<Applied> accepted = member.apply("redis.prod", OptionalLong.of(1), "port = 1", "alice");
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(accepted.join().revision().number()).isEqualTo(1);
    }

}
