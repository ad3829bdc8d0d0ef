package dev.muster.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.Revision;
import dev.muster.group.RolloutAction;
import dev.muster.group.RolloutStatus;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rollout.Strategy;
import dev.muster.rumor.Hash;
import dev.muster.service.Rung;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Changes that go member by member, in a ring that is cut, crashes and loses messages.
 */
class RolloutSimulationTest {

    private static final int SEEDS = Integer.getInteger("muster.seeds", 70);

    /** To look at a single one. */
    private static final int FIRST_SEED = Integer.getInteger("muster.first-seed", 1);

    private static final GroupName GROUP = GroupName.parse("redis.prod");

    private static final Map<String, String> ROLLING = Map.of("strategy", "rolling", "settle", "500ms", "deadline",
            "30s");

    private static final Duration LONG = Duration.ofSeconds(60);

    static LongStream seeds() {
        return LongStream.rangeClosed(FIRST_SEED, SEEDS);
    }

    private static CompletableFuture<Applied> apply(SimulatedMember member, String content, Map<String, String> how) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return member.apply(new ApplyRequest(GROUP, OptionalLong.empty(), null, bytes, Hash.of(bytes).hex(),
                member.name(), null, RolloutOptions.parse(how)));
    }

    private static List<SimulatedMember> ring(Simulation simulation, int count) {
        List<SimulatedMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(simulation.start("m" + i, "redis.prod"));
        }
        simulation.runFor(Duration.ofSeconds(30));
        apply(members.get(0), "port = 1", Map.of());
        simulation.runFor(LONG);
        members.forEach((member) -> assertThat(group(member).complete()).isPresent());
        return members;
    }

    private static GroupSnapshot group(SimulatedMember member) {
        return member.registry().group(GROUP).orElseThrow();
    }

    private static SimulatedService service(SimulatedMember member) {
        return member.services().get(GROUP);
    }

    /**
     * How a person's rollout stands with everybody, whoever knows of it, and whoever is
     * in touch with whom: until it is complete this needs no knowledge of the others.
     * Whatever else is down is counted by {@link Availability}.
     */
    private static void neverMoreThanThePlanAllows(Simulation simulation) {
        Map<String, Integer> down = new HashMap<>();
        for (SimulatedMember member : simulation.members.values()) {
            SimulatedService service = service(member);
            if (service.takenDown()) {
                service.taken().ifPresent((id) -> down.merge(id, 1, Integer::sum));
            }
        }
        down.forEach((id, count) -> {
            if (count > 1) {
                for (SimulatedMember member : simulation.members.values()) {
                    if (member.alive()) {
                        group(member).find(id)
                            .filter((revision) -> !revision.automatic() && !isComplete(simulation, revision))
                            .flatMap(Revision::plan)
                            .filter((plan) -> plan.strategy() != Strategy.AT_ONCE)
                            .map(Plan::maxUnavailable)
                            .ifPresent(
                                    (most) -> assertThat(count).as("members down for " + id).isLessThanOrEqualTo(most));
                    }
                }
            }
        });
    }

    private static boolean isComplete(Simulation simulation, Revision revision) {
        return simulation.members.values()
            .stream()
            .anyMatch((member) -> member.alive() && group(member).isComplete(revision));
    }

    private static void oneWayBackForEachFailure(Simulation simulation) {
        Map<Hash, Set<Hash>> back = new HashMap<>();
        simulation.members.values()
            .stream()
            .filter(SimulatedMember::alive)
            .flatMap((member) -> member.registry().group(GROUP).stream())
            .flatMap((group) -> group.revisions().stream())
            .filter(Revision::automatic)
            .forEach((revision) -> back
                .computeIfAbsent(revision.base().orElseThrow().hash(), (failed) -> new HashSet<>())
                .add(revision.hash()));
        assertThat(back.values()).allSatisfy((ways) -> assertThat(ways).hasSize(1));
    }

    private static Troubles<SimulatedMember> troubles(Simulation simulation, List<SimulatedMember> members) {
        return new Troubles<>(simulation, members,
                (author) -> apply(author, "port = " + simulation.random.nextInt(100), ROLLING));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensNoRolloutTakesDownMoreThanItMayAndEachComesToAnEnd(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = ring(simulation, 3 + simulation.random.nextInt(4));
        Troubles<SimulatedMember> troubles = troubles(simulation, members);
        simulation.moody();
        new Availability(simulation, GROUP);
        simulation.invariant(() -> neverMoreThanThePlanAllows(simulation));
        for (int round = 0; round < 3; round++) {
            SimulatedMember author = troubles.someone();
            if (author.alive()) {
                boolean bad = simulation.random.nextInt(3) == 0;
                Map<String, String> how = new HashMap<>(ROLLING);
                how.put("max-unavailable", Integer.toString(1 + simulation.random.nextInt(2)));
                apply(author, (bad ? "bad = " : "port = ") + seed + round, how);
            }
            for (int step = simulation.random.nextInt(12); step > 0; step--) {
                troubles.next();
                simulation.runFor(Duration.ofMillis(simulation.random.nextInt(4_000)));
            }
            troubles.mend();
            simulation.runFor(LONG.multipliedBy(3));
            troubles.ended(GROUP, (member, rollout) -> {
            });
        }
        promises.allMembersAreEqual();
        oneWayBackForEachFailure(simulation);
    }

    /**
     * 822: two that were away when a rollout became complete came back at the same
     * moment. 483, 853: a rollout was paused, then complete, and who came back afterwards
     * waited for somebody to go on, which nobody could. 346: both sides of a cut had
     * taken a change back at the same moment, so two revisions differed in their hash
     * alone, and what was said of the one that lost kept the other from ever being
     * complete.
     */
    @ParameterizedTest
    @ValueSource(longs = { 346, 483, 822, 853 })
    void whoComesBackAfterTheEndOfARolloutFollowsInItsTurn(long seed) {
        whateverHappensNoRolloutTakesDownMoreThanItMayAndEachComesToAnEnd(seed);
    }

    /**
     * A member took what was superseded while another one, first in the new plan, took
     * what superseded it; or both before the news of the other had come.
     */
    @ParameterizedTest
    @ValueSource(longs = { 1, 10, 13, 51, 97 })
    void whoIsUnderWayWithWhatWasSupersededCounts(long seed) {
        changesThatFollowEachOtherTakeDownNoMoreThanTheyMay(seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void changesThatFollowEachOtherTakeDownNoMoreThanTheyMay(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = ring(simulation, 3 + simulation.random.nextInt(4));
        Troubles<SimulatedMember> troubles = troubles(simulation, members);
        simulation.moody();
        new Availability(simulation, GROUP);
        simulation.invariant(() -> neverMoreThanThePlanAllows(simulation));
        for (int step = 10 + simulation.random.nextInt(20); step > 0; step--) {
            SimulatedMember someone = troubles.someone();
            if (simulation.random.nextInt(4) == 0) {
                troubles.next();
            }
            else if (someone.alive()) {
                Map<String, String> how = new HashMap<>(ROLLING);
                how.put("strategy", (simulation.random.nextInt(5) == 0) ? "canary" : "rolling");
                how.put("max-unavailable", Integer.toString(1 + simulation.random.nextInt(2)));
                boolean bad = simulation.random.nextInt(4) == 0;
                apply(someone, (bad ? "bad = " : "port = ") + step, how);
            }
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(6_000)));
        }
        troubles.mend();
        // Whoever applies knows what holds.
        simulation.runFor(LONG);
        apply(members.get(0), "last = " + seed, ROLLING);
        simulation.runFor(LONG.multipliedBy(3));
        troubles.ended(GROUP, (member, rollout) -> {
        });
        promises.allMembersAreEqual();
        oneWayBackForEachFailure(simulation);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBadChangeStopsAfterTheFirstMemberAndIsTakenBack(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<SimulatedMember> members = ring(simulation, 4);
        Revision good = group(members.get(0)).current().orElseThrow();
        apply(members.get(1), "bad = 1", ROLLING);
        simulation.runFor(LONG);
        for (SimulatedMember member : members) {
            GroupSnapshot group = group(member);
            Revision current = group.current().orElseThrow();
            assertThat(current.automatic()).isTrue();
            assertThat(current.number()).isEqualTo(good.number() + 2);
            assertThat(current.contentHash()).isEqualTo(good.contentHash());
            assertThat(group.isComplete(current)).isTrue();
            assertThat(service(member).rung()).isEqualTo(Rung.HEALTHY);
        }
        assertThat(members).filteredOn((member) -> service(member).changes() > 1).hasSize(1);
        promises.allMembersAreEqual();
    }

    @Test
    void aCanaryIsFollowedByTheOthersOnceItIsPromoted() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 4);
        apply(members.get(2), "port = 2", Map.of("strategy", "canary", "settle", "500ms"));
        simulation.runFor(LONG);
        assertThat(members).filteredOn((member) -> service(member).changes() > 1).hasSize(1);
        assertThat(members.get(3).registry().rollout(GROUP).orElseThrow().state()).isEqualTo("awaits-promotion");
        members.get(3).registry().steer(GROUP, new RolloutAction.Promote(), "operator");
        simulation.runFor(LONG);
        assertThat(members).allMatch((member) -> service(member).changes() > 1);
        assertThat(members.get(0).registry().rollout(GROUP).orElseThrow().state()).isEqualTo("complete");
    }

    @Test
    void silenceStopsARolloutAndNeverTakesItBack() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 4);
        List<SimulatedMember> inOrder = members.stream()
            .sorted((one, other) -> one.id().compareTo(other.id()))
            .toList();
        apply(inOrder.get(3), "port = 2", ROLLING);
        simulation.runFor(Duration.ofMillis(100));
        inOrder.get(0).crash();
        service(inOrder.get(0)).hang();
        simulation.runFor(LONG);
        RolloutStatus rollout = inOrder.get(3).registry().rollout(GROUP).orElseThrow();
        assertThat(rollout.state()).isEqualTo("paused");
        assertThat(rollout.reason()).contains("no member came further within 30s");
        assertThat(inOrder.subList(1, 4)).noneMatch((member) -> service(member).changes() > 1);
        inOrder.get(3).registry().steer(GROUP, new RolloutAction.Skip(inOrder.get(0).id().hex()), "operator");
        inOrder.get(3).registry().steer(GROUP, new RolloutAction.Resume(), "operator");
        simulation.runFor(LONG);
        assertThat(inOrder.subList(1, 4)).allMatch((member) -> service(member).changes() > 1);
        assertThat(inOrder.get(3).registry().rollout(GROUP).orElseThrow().state()).isEqualTo("complete");
    }

    @Test
    void aServiceThatDiesBeforeItsTurnStartsWithWhatWasCompleteLast() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 4);
        Revision complete = group(members.get(0)).complete()
            .flatMap((known) -> group(members.get(0)).find(known.id()))
            .orElseThrow();
        apply(members.get(0), "bad = 1", Map.of());
        simulation.runFor(Duration.ofSeconds(3));
        assertThat(members).allMatch((member) -> service(member).rung() == Rung.FAILED);
        apply(members.get(0), "port = 2", ROLLING);
        simulation.runFor(Duration.ofMillis(100));
        SimulatedMember last = members.stream().max((one, other) -> one.id().compareTo(other.id())).orElseThrow();
        service(last).die();
        simulation.runFor(Duration.ofMillis(10));
        assertThat(service(last).taken()).contains(complete.id());
        simulation.runFor(LONG);
        assertThat(service(last).taken()).isEqualTo(group(last).current().map(Revision::id));
        assertThat(last.registry().rollout(GROUP).orElseThrow().state()).isEqualTo("complete");
    }

    @Test
    void whoComesWhileARolloutIsUnderWayTakesItsTurnAtTheEnd() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 3);
        apply(members.get(0), "port = 2", ROLLING);
        simulation.runFor(Duration.ofMillis(100));
        SimulatedMember late = simulation.start("late", "redis.prod");
        simulation.invariant(() -> neverMoreThanThePlanAllows(simulation));
        simulation.runFor(LONG);
        assertThat(service(late).taken()).isEqualTo(group(late).current().map(Revision::id));
        assertThat(late.registry().rollout(GROUP).orElseThrow().state()).isEqualTo("complete");
    }

    @Test
    void whatLostAgainstTheOtherSideOfACutIsReplacedMemberByMember() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 6);
        simulation.cut(members.subList(0, 3));
        simulation.runFor(Duration.ofSeconds(10));
        apply(members.get(0), "port = 2", Map.of());
        apply(members.get(5), "port = 3", Map.of());
        simulation.runFor(Duration.ofSeconds(1));
        apply(members.get(5), "port = 4", Map.of());
        simulation.runFor(LONG);
        int[] most = new int[1];
        simulation.invariant(() -> most[0] = Math.max(most[0],
                (int) members.subList(0, 3).stream().filter((member) -> service(member).unavailable()).count()));
        simulation.heal();
        simulation.runFor(LONG);
        assertThat(members)
            .allMatch((member) -> service(member).taken().equals(group(members.get(5)).current().map(Revision::id)));
        assertThat(group(members.get(0)).lost()).hasSize(1);
        assertThat(most[0]).isEqualTo(1);
    }

    @Test
    void whatAllAreDoneWithIsGoneBackToEvenIfNobodyHasSaidThatItIsComplete() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 3);
        apply(members.get(0), "port = 2", Map.of());
        while (!members.stream().allMatch((member) -> service(member).settled())
                || group(members.get(0)).proven().orElseThrow().number() < 2) {
            simulation.runFor(Duration.ofMillis(1));
        }
        Revision good = group(members.get(0)).current().orElseThrow();
        assertThat(group(members.get(0)).isComplete(good)).as("said already").isFalse();
        apply(members.get(0), "bad = 1", ROLLING);
        simulation.runFor(LONG);
        assertThat(group(members.get(1)).current()).hasValueSatisfying((current) -> {
            assertThat(current.automatic()).isTrue();
            assertThat(current.contentHash()).isEqualTo(good.contentHash());
        });
    }

    @Test
    void allThatFailedGoBackAtOnce() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 5);
        apply(members.get(0), "bad = 1", Map.of("on-failure", "rollback", "settle", "10s"));
        simulation.runFor(Duration.ofSeconds(4));
        assertThat(members).allMatch((member) -> service(member).rung() == Rung.HEALTHY);
        assertThat(group(members.get(4)).current())
            .hasValueSatisfying((current) -> assertThat(current.automatic()).isTrue());
    }

    @Test
    void changesThatComeInOneBreathAreTakenAsOne() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 1);
        for (int i = 0; i < 20; i++) {
            apply(members.get(0), "port = 1" + i, Map.of());
            simulation.runFor(Duration.ofMillis(1));
        }
        simulation.runFor(LONG);
        assertThat(service(members.get(0)).changes()).isEqualTo(2);
    }

    @Test
    void manyChangesInASecondAreTakenAsOneOrTwo() {
        Simulation simulation = new Simulation(1);
        List<SimulatedMember> members = ring(simulation, 3);
        for (int i = 0; i < 20; i++) {
            apply(members.get(0), "port = 1" + i, Map.of());
            simulation.runFor(Duration.ofMillis(30));
        }
        simulation.runFor(LONG);
        assertThat(members).allSatisfy((member) -> assertThat(service(member).changes() - 1).isBetween(1, 2));
        assertThat(members)
            .allMatch((member) -> service(member).taken().equals(group(member).current().map(Revision::id)));
    }

}
