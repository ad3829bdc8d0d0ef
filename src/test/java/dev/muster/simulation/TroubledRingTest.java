package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.LongStream;

import dev.muster.group.Applied;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.rumor.Fact;
import dev.muster.rumor.FactListener;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A ring that members come to and services leave, whose clocks are set and whose disks
 * are damaged, full or torn; and one of which all die at once.
 */
@ExtendWith(WithoutLog.class)
class TroubledRingTest {

    private static final int SEEDS = Integer.getInteger("muster.seeds", 50);

    private static final Duration QUIET = Duration.ofSeconds(120);

    private static final List<String> GROUPS = List.of("redis.prod", "redis.dev", "web.default");

    private static final int MOST_MEMBERS = 9;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    static LongStream fewSeeds() {
        return LongStream.rangeClosed(1, (SEEDS + 9) / 10);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensToDisksAndClocksAWholeAndQuietRingAgrees(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = new ArrayList<>();
        int count = 2 + simulation.random.nextInt(5);
        for (int i = 0; i < count; i++) {
            members.add(simulation.start("m" + i, (i % 3 == 2) ? "redis.dev" : "redis.prod", "web.default"));
        }
        int steps = 30 + simulation.random.nextInt(40);
        for (int step = 0; step < steps; step++) {
            trouble(simulation, members);
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(3_000)));
        }
        endTrouble(simulation);
        simulation.runFor(QUIET);
        promises.allMembersAreEqual();
        promises.everyMemberRunsWithTheGreatestAccepted();
        promises.everyGroupHasItsMembers();
        promises.everythingAcceptedIsKept();
        promises.everythingShownIsOnDisk();
    }

    private static void trouble(Simulation simulation, List<SimulatedMember> members) {
        SimulatedMember someone = members.get(simulation.random.nextInt(members.size()));
        String group = GROUPS.get(simulation.random.nextInt(GROUPS.size()));
        switch (simulation.random.nextInt(16)) {
            case 0 -> simulation.cut(members.subList(0, 1 + simulation.random.nextInt(members.size())));
            case 1 -> simulation.heal();
            case 2 -> crashOrBoot(simulation, someone);
            case 3 -> simulation.lose(simulation.random.nextInt(3) * 0.1);
            case 4 -> someone.diskFull(simulation.random.nextBoolean());
            case 5 -> someone.jumpClock(Duration.ofMinutes(simulation.random.nextInt(1_440) - 720));
            case 6 -> {
                if (members.size() < MOST_MEMBERS) {
                    members.add(simulation.start("late" + members.size(), group));
                }
            }
            case 7 -> {
                if (someone.alive()) {
                    someone.unload(group);
                }
            }
            case 8 -> {
                if (someone.alive()) {
                    someone.load(group);
                }
            }
            case 9 -> damage(simulation, someone);
            default -> {
                if (someone.alive()) {
                    OptionalLong number = simulation.random.nextBoolean() ? OptionalLong.empty()
                            : OptionalLong.of(1 + simulation.random.nextInt(12));
                    someone.apply(group, number, "port = " + simulation.random.nextInt(4), someone.name());
                }
            }
        }
    }

    private static void crashOrBoot(Simulation simulation, SimulatedMember member) {
        if (!member.alive()) {
            member.boot();
        }
        else if (simulation.random.nextBoolean()) {
            member.crash();
        }
        else {
            member.crashWithTornWrites();
        }
    }

    /** Of what another disk holds, too: nobody can bring back the only copy. */
    private static void damage(Simulation simulation, SimulatedMember member) {
        List<Hash> elsewhere = member.disk()
            .facts()
            .stream()
            .map(Fact::hash)
            .filter((hash) -> simulation.members.values()
                .stream()
                .anyMatch((other) -> other != member && other.disk().holds(hash)))
            .toList();
        if (!elsewhere.isEmpty()) {
            member.damage(elsewhere.get(simulation.random.nextInt(elsewhere.size())));
        }
    }

    private static void endTrouble(Simulation simulation) {
        simulation.lose(0);
        simulation.heal();
        simulation.members.values().forEach((member) -> {
            member.diskFull(false);
            if (!member.alive()) {
                member.boot();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aRingOfWhichAllDieAtOnceLosesNothingAndForgetsNobodyWhoIsAway(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            members.add(simulation.start("m" + i, (i % 2 == 0) ? "redis.prod" : "redis.dev", "web.default"));
        }
        simulation.runFor(Duration.ofSeconds(30));
        applySome(simulation, members, 10);
        simulation.runFor(Duration.ofSeconds(5));
        List<Applied> settled = told(simulation, (member) -> true);
        // Now in the middle of more.
        applySome(simulation, members, 5);
        simulation.runFor(Duration.ofNanos(simulation.random.nextInt(8_000_000)));
        members.forEach((member) -> {
            member.crashWithTornWrites();
            member.jumpClock(Duration.ofMinutes(simulation.random.nextInt(1_440) - 720));
        });
        simulation.runFor(Duration.ofSeconds(simulation.random.nextInt(20)));
        Collections.shuffle(members, simulation.random);
        List<SimulatedMember> away = members.subList(0, 1 + simulation.random.nextInt(3));
        List<SimulatedMember> back = members.subList(away.size(), members.size());
        back.forEach((member) -> {
            member.boot();
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(2_000)));
        });
        simulation.runFor(QUIET);
        promises.everyGroupHasItsMembers();
        for (SimulatedMember member : back) {
            assertThat(member.registry().groups()).isEqualTo(back.get(0).registry().groups());
            assertAwayMembersAreListed(member, away);
            assertThat(kept(member)).containsAll(settled.stream().map(Applied::revision).toList())
                .containsAll(told(simulation, back::contains).stream().map(Applied::revision).toList());
        }
        away.forEach(SimulatedMember::boot);
        simulation.runFor(QUIET);
        promises.allMembersAreEqual();
        promises.everyMemberRunsWithTheGreatestAccepted();
        promises.everythingAcceptedIsKept();
    }

    private static void applySome(Simulation simulation, List<SimulatedMember> members, int count) {
        for (int i = 0; i < count; i++) {
            SimulatedMember author = members.get(simulation.random.nextInt(members.size()));
            String group = GROUPS.get(simulation.random.nextInt(GROUPS.size()));
            author.apply(group, OptionalLong.empty(), "port = " + simulation.random.nextInt(10_000), author.name());
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(20)));
        }
    }

    private static List<Applied> told(Simulation simulation, Predicate<SimulatedMember> who) {
        return simulation.members.values().stream().filter(who).flatMap((member) -> member.told().stream()).toList();
    }

    private static List<Revision> kept(SimulatedMember member) {
        return member.registry().groups().values().stream().flatMap((group) -> group.revisions().stream()).toList();
    }

    private static void assertAwayMembersAreListed(SimulatedMember seenFrom, List<SimulatedMember> away) {
        for (SimulatedMember member : away) {
            for (GroupName group : member.groups()) {
                Map<MemberId, GroupSnapshot.Member> listed = seenFrom.registry().group(group).orElseThrow().members();
                assertThat(listed.get(member.id())).as("%s in %s", member.name(), group)
                    .isNotNull()
                    .satisfies((known) -> {
                        assertThat(known.present()).isFalse();
                        assertThat(known.name()).isEqualTo(member.name());
                    });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void clocksThatAreSetHoursForwardAndBackCostNoChangeAndNoOrder(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(simulation.start("m" + i, "redis.prod"));
        }
        simulation.runFor(Duration.ofSeconds(30));
        List<Revision> order = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            SimulatedMember author = members.get(simulation.random.nextInt(3));
            members.get(simulation.random.nextInt(3))
                .jumpClock(Duration.ofMinutes(simulation.random.nextInt(2_880) - 1_440));
            long before = simulation.now().toNanos();
            CompletableFuture<Applied> answer = author.apply("redis.prod", OptionalLong.empty(), "port = " + i,
                    "alice");
            answer.thenRun(() -> assertThat(simulation.now().toNanos() - before)
                .isLessThan(Duration.ofMillis(1_900).toNanos()));
            simulation.runFor(Duration.ofSeconds(2));
            assertThat(answer).isCompletedWithValueMatching((applied) -> applied.copies() == 2 && !applied.already());
            order.add(answer.join().revision());
        }
        assertThat(order).isSorted();
        simulation.runFor(Duration.ofSeconds(1));
        promises.allMembersAreEqual();
        promises.everyMemberRunsWithTheGreatestAccepted();
        List<Revision> newestFirst = new ArrayList<>(order);
        Collections.reverse(newestFirst);
        GroupSnapshot group = members.get(0).registry().group(GroupName.parse("redis.prod")).orElseThrow();
        assertThat(group.revisions()).isEqualTo(newestFirst);
        assertThat(group.lost()).isEmpty();
        assertThat(members).allSatisfy((member) -> assertThat(member.replica().refused()).isZero());
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void aDamagedFactStillHoldsAndIsFetchedWithinSeconds(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        SimulatedMember author = simulation.start("author", "redis.prod");
        SimulatedMember other = simulation.start("other", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        Revision first = author.apply("redis.prod", OptionalLong.empty(), "port = 1", "alice")
            .thenApply(Applied::revision)
            .getNow(null);
        assertThat(first).isNull();
        simulation.runFor(Duration.ofSeconds(3));
        Revision current = other.registry()
            .group(GroupName.parse("redis.prod"))
            .flatMap(GroupSnapshot::current)
            .orElseThrow();
        other.damage(current.hash());
        simulation.runFor(Duration.ofMillis(1));
        assertThat(other.replica().fingerprint()).isNotEqualTo(author.replica().fingerprint());
        assertThat(other.registry().group(GroupName.parse("redis.prod")).flatMap(GroupSnapshot::current))
            .contains(current);
        // The author is asked for it, too, and must not ask back.
        simulation.runFor(Duration.ofSeconds(3));
        assertThat(other.disk().holds(current.hash())).isTrue();
        promises.allMembersAreEqual();
        promises.everythingShownIsOnDisk();
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void whoHadNoRoomAsksAgainOnceThereIsSome(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        SimulatedMember author = simulation.start("author", "redis.prod");
        SimulatedMember full = simulation.start("full", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        full.diskFull(true);
        full.load("web.default");
        CompletableFuture<Applied> refused = full.apply("redis.prod", OptionalLong.empty(), "port = 9", "bob");
        CompletableFuture<Applied> applied = author.apply("redis.prod", OptionalLong.empty(), "port = 1", "alice");
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(refused).isCompletedExceptionally();
        assertThat(refused.handle((done, failure) -> failure).join()).isInstanceOf(RefusedException.class);
        assertThat(applied.join().copies()).isEqualTo(1);
        full.diskFull(false);
        simulation.runFor(Duration.ofSeconds(20));
        promises.allMembersAreEqual();
        promises.everyMemberRunsWithTheGreatestAccepted();
        promises.everyGroupHasItsMembers();
    }

    @Test
    void whoCannotWriteWhatItWasToldHasNotFinishedAsking() {
        Simulation simulation = new Simulation(1);
        SimulatedMember author = simulation.start("author", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        author.apply("redis.prod", OptionalLong.empty(), "port = 1", "alice");
        simulation.runFor(Duration.ofSeconds(1));
        List<MemberId> asked = new ArrayList<>();
        SimulatedMember full = new SimulatedMember(simulation, "full", List.of("redis.prod")) {

            @Override
            void booting() {
                replica().listen(new FactListener() {

                    @Override
                    public void merged(Fact fact, boolean newest) {
                        // Only who was asked matters.
                    }

                    @Override
                    public void exchanged(MemberId with) {
                        asked.add(with);
                    }

                });
            }

        };
        full.diskFull(true);
        simulation.start(full);
        simulation.runFor(Duration.ofSeconds(60));
        assertThat(asked).isEmpty();
        full.diskFull(false);
        simulation.runFor(Duration.ofSeconds(60));
        assertThat(asked).isNotEmpty().containsOnly(author.id());
        new Promises(simulation).allMembersAreEqual();
    }

    @Test
    void aMemberWhoseDiskForgotThatItBelongedLeavesWhenOthersTellOfIt() {
        Simulation simulation = new Simulation(1);
        SimulatedMember member = simulation.start("member", "redis.prod", "web.default");
        simulation.start("other", "redis.prod");
        simulation.runFor(Duration.ofSeconds(30));
        member.crash();
        member.disk().facts().stream().map(Fact::hash).forEach(member::damage);
        member.groups().remove(GroupName.parse("web.default"));
        member.boot();
        simulation.runFor(Duration.ofSeconds(20));
        new Promises(simulation).everyGroupHasItsMembers();
    }

}
