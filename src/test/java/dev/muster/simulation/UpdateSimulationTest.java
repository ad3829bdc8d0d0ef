package dev.muster.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MemberState;
import dev.muster.group.NextRelease;
import dev.muster.group.Revision;
import dev.muster.group.RolloutAction;
import dev.muster.group.RolloutStatus;
import dev.muster.pack.PackageIdent;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Hash;
import dev.muster.service.Rung;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * New releases that go through a group member by member, in a ring that is cut, crashes
 * and loses messages, and with sources that do not always answer.
 */
@ExtendWith(WithoutLog.class)
class UpdateSimulationTest {

    private static final int SEEDS = Math.max(30, Integer.getInteger("muster.seeds", 60) / 2);

    private static final int FEW = SEEDS / 5;

    /** To look at a single one. */
    private static final int FIRST_SEED = Integer.getInteger("muster.first-seed", 1);

    private static final GroupName GROUP = GroupName.parse("redis.prod");

    private static final Map<String, String> QUICK = Map.of("strategy", "rolling", "settle", "500ms", "deadline",
            "30s");

    private static final Duration LONG = Duration.ofSeconds(60);

    static LongStream fewSeeds() {
        return LongStream.rangeClosed(1, FEW);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(FIRST_SEED, SEEDS);
    }

    private static PackageIdent release(int number) {
        return PackageIdent.parse("core/redis/" + number + ((number == 1) ? "/20260101000000" : "/20250101000000"));
    }

    private static List<UpdatingMember> ring(Simulation simulation, UpdatingMember.Source source, int count) {
        List<UpdatingMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(simulation.start(new UpdatingMember(simulation, "m" + i, GROUP, source)));
        }
        simulation.runFor(Duration.ofSeconds(20));
        members.get(0)
            .registry()
            .policy(GROUP, RolloutOptions.parse(Map.of("settle", "500ms", "deadline", "30s")), "ann");
        simulation.runFor(Duration.ofSeconds(10));
        return members;
    }

    private static CompletableFuture<Applied> apply(SimulatedMember member, String content, Map<String, String> how) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return member.apply(new ApplyRequest(GROUP, OptionalLong.empty(), null, bytes, Hash.of(bytes).hex(),
                member.name(), null, RolloutOptions.parse(how)));
    }

    private static GroupSnapshot group(SimulatedMember member) {
        return member.registry().group(GROUP).orElseThrow();
    }

    private static Revision current(SimulatedMember member) {
        return group(member).current().orElseThrow();
    }

    private static SimulatedService service(SimulatedMember member) {
        return member.services().get(GROUP);
    }

    /** For whoever reads a failure. */
    private static List<String> history(GroupSnapshot group) {
        return group.revisions()
            .stream()
            .map((revision) -> revision.id() + " on " + revision.base().map(Revision.Base::id).orElse("none")
                    + " release " + revision.release().map(PackageIdent::version).orElse("-") + " "
                    + revision.message().orElse("by " + revision.author())
                    + (group.lost().contains(revision.hash()) ? " (lost)" : ""))
            .toList();
    }

    private static String brief(Optional<RolloutStatus> rollout) {
        return rollout
            .map((known) -> known.revision().id() + " " + known.state() + " " + known.reason() + " " + known.places())
            .orElse("none");
    }

    private static void allRun(List<UpdatingMember> members, PackageIdent release) {
        for (UpdatingMember member : members) {
            assertThat(service(member).release())
                .as("%s: %s %s", member.name(), history(group(member)), brief(member.registry().rollout(GROUP)))
                .isEqualTo(release.toString());
            assertThat(service(member).rung()).isEqualTo(Rung.HEALTHY);
            assertThat(group(member).isComplete(current(member))).as("%s: complete", member.name()).isTrue();
        }
    }

    /** Whoever looks, at any moment: what Muster has said of releases has a cause. */
    private static void noMoveIsWithoutCause(Simulation simulation) {
        for (SimulatedMember member : simulation.members.values()) {
            if (member.alive()) {
                member.registry().group(GROUP).ifPresent(UpdateSimulationTest::noMoveIsWithoutCause);
            }
        }
    }

    private static void noMoveIsWithoutCause(GroupSnapshot group) {
        List<Revision> chain = group.revisions()
            .stream()
            .filter((revision) -> !group.lost().contains(revision.hash()))
            .sorted()
            .toList();
        List<PackageIdent> takenBack = new ArrayList<>();
        for (int i = 0; i < chain.size(); i++) {
            Revision revision = chain.get(i);
            if (revision.update()) {
                PackageIdent to = revision.release().orElseThrow();
                assertThat(PackageIdent.OLDEST_FIRST.compare(to, revision.replaces().orElseThrow()))
                    .as("%s goes up", revision.message())
                    .isPositive();
                assertThat(takenBack).as("taken back before %s: %s", revision.id(), history(group)).doesNotContain(to);
            }
            if (revision.automatic() && i > 0 && !revision.release().equals(chain.get(i - 1).release())) {
                chain.get(i - 1).release().ifPresent(takenBack::add);
            }
        }
    }

    private static Troubles<UpdatingMember> troubles(Simulation simulation, List<UpdatingMember> members) {
        return new Troubles<>(simulation, members, (someone) -> {
            if (simulation.random.nextBoolean()) {
                someone.reaches(simulation.random.nextBoolean());
            }
            else {
                boolean bad = simulation.random.nextInt(4) == 0;
                apply(someone, (bad ? "bad = " : "port = ") + simulation.random.nextInt(100), QUICK);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensAnUpdateIsCompleteOrStoppedOrTakenBackAndAllEndWithTheSameRelease(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 1 + simulation.random.nextInt(5));
        Troubles<UpdatingMember> troubles = troubles(simulation, members);
        simulation.moody();
        new Availability(simulation, GROUP);
        simulation.invariant(() -> noMoveIsWithoutCause(simulation));
        int newest = 1;
        for (int round = 0; round < 2; round++) {
            newest++;
            if (simulation.random.nextInt(3) == 0) {
                source.hasBad(release(newest));
            }
            else {
                source.has(release(newest));
            }
            for (int step = simulation.random.nextInt(12); step > 0; step--) {
                troubles.next();
                simulation.runFor(Duration.ofMillis(simulation.random.nextInt(6_000)));
            }
            troubles.mend();
            members.forEach((member) -> member.reaches(true));
            simulation.runFor(LONG.multipliedBy(2));
            endsOrStops(simulation, members);
        }
        simulation.calm();
        // What stands in the way, if anything, is a person's to say.
        apply(members.get(0), "last = " + seed, QUICK);
        simulation.runFor(LONG.multipliedBy(2));
        endsOrStops(simulation, members);
        source.has(release(newest + 1));
        simulation.runFor(LONG.multipliedBy(2));
        endsOrStops(simulation, members);
        allRun(members, release(newest + 1));
        promises.allMembersAreEqual();
    }

    /**
     * 114: a person's change took over a bad release that nothing complete stood before,
     * so that there was no way back. 212, 429: a member that had not heard yet what was
     * taken back proposed it once more.
     */
    @ParameterizedTest
    @ValueSource(longs = { 114, 212, 429 })
    void whatWasTakenBackIsKnownToWhoeverProposesTheNext(long seed) {
        whateverHappensAnUpdateIsCompleteOrStoppedOrTakenBackAndAllEndWithTheSameRelease(seed);
    }

    /**
     * Everybody knows how it stands, with the reason if it has stopped; then it goes on.
     * It may stop for good where something fails and nothing was ever complete.
     */
    private static void endsOrStops(Simulation simulation, List<UpdatingMember> members) {
        for (int turn = 0; turn < members.size() + 2 && !isComplete(members.get(0)); turn++) {
            Optional<RolloutStatus> rollout = members.get(0).registry().rollout(GROUP);
            assertThat(rollout.map(RolloutStatus::state)).as(brief(rollout)).contains("paused");
            assertThat(rollout.map(RolloutStatus::reason)).isNotEqualTo(Optional.of(""));
            members.get(0).registry().steer(GROUP, new RolloutAction.Resume(), "operator");
            simulation.runFor(LONG.plus(LONG));
        }
        boolean complete = isComplete(members.get(0));
        for (UpdatingMember member : members) {
            Optional<RolloutStatus> rollout = member.registry().rollout(GROUP);
            assertThat(isComplete(member)).as("%s: %s %s", member.name(), brief(rollout), history(group(member)))
                .isEqualTo(complete);
            if (complete && rollout.isPresent()) {
                Revision current = rollout.get().revision();
                assertThat(service(member).taken()).contains(current.id());
                current.release()
                    .ifPresent((wanted) -> assertThat(service(member).release())
                        .as("%s: %s", member.name(), brief(rollout))
                        .isEqualTo(wanted.toString()));
            }
        }
    }

    private static boolean isComplete(SimulatedMember member) {
        return member.registry().rollout(GROUP).filter((known) -> !known.state().equals("complete")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 5 })
    void howeverManyMembersThereAreTheyMoveOneByOne(int count) {
        Simulation simulation = new Simulation(count);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, count);
        new Availability(simulation, GROUP);
        int[] most = new int[1];
        simulation.invariant(() -> most[0] = Math.max(most[0],
                (int) members.stream().filter((member) -> service(member).unavailable()).count()));
        source.has(release(2));
        simulation.runFor(LONG);
        allRun(members, release(2));
        assertThat(most[0]).isEqualTo(1);
        Revision update = current(members.get(0));
        assertThat(update.update()).isTrue();
        assertThat(update.number()).isEqualTo(1);
        assertThat(update.replaces()).contains(release(1));
        assertThat(group(members.get(0)).revisions()).as("nobody says it twice").hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void aBadReleaseStopsAfterTheFirstMemberIsTakenBackAndIsNotTriedAgain(long seed) {
        Simulation simulation = new Simulation(seed);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 2 + simulation.random.nextInt(3));
        if (simulation.random.nextBoolean()) {
            apply(members.get(0), "port = 1", QUICK);
            simulation.runFor(LONG);
        }
        List<Integer> before = members.stream().map((member) -> service(member).changes()).toList();
        source.hasBad(release(2));
        simulation.runFor(LONG.multipliedBy(5));
        allRun(members, release(1));
        List<Revision> history = group(members.get(0)).revisions();
        assertThat(history).filteredOn(Revision::update).hasSize(1);
        assertThat(history.get(0).automatic()).isTrue();
        assertThat(history.get(0).release()).contains(release(1));
        long touched = 0;
        for (int i = 0; i < members.size(); i++) {
            // Who has taken it goes there and back.
            touched += (service(members.get(i)).changes() > before.get(i) + 1) ? 1 : 0;
        }
        assertThat(touched).isEqualTo(1);
        Optional<NextRelease> next = members.get(1).proposals().next(GROUP);
        assertThat(next).hasValueSatisfying(
                (known) -> assertThat(known.note()).contains("core/redis/2/20250101000000 was taken back"));
        source.has(release(3));
        simulation.runFor(LONG);
        allRun(members, release(3));
    }

    @Test
    void whatWasTakenBackIsTriedAgainWhenSomebodySaysSo() {
        Simulation simulation = new Simulation(1);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 3);
        source.hasBad(release(2));
        simulation.runFor(LONG);
        allRun(members, release(1));
        members.get(1).forgives(current(members.get(1)).number());
        simulation.runFor(LONG.multipliedBy(5));
        assertThat(group(members.get(0)).revisions()).filteredOn(Revision::update).hasSize(2);
        allRun(members, release(1));
    }

    @Test
    void whatAPersonHasGoneBackFromIsNotTakenAgain() {
        Simulation simulation = new Simulation(1);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 3);
        apply(members.get(0), "port = 1", QUICK);
        simulation.runFor(LONG);
        Revision first = current(members.get(0));
        source.has(release(2));
        simulation.runFor(LONG);
        allRun(members, release(2));
        assertThat(group(members.get(2)).release(first)).contains(release(1));
        members.get(2)
            .apply(new ApplyRequest(GROUP, OptionalLong.empty(), null, Optional.empty(), FileChanges.NONE,
                    group(members.get(2)).release(first), "ann", null, RolloutOptions.parse(QUICK)));
        simulation.runFor(LONG.multipliedBy(5));
        allRun(members, release(1));
        assertThat(current(members.get(0)).author()).isEqualTo("ann");
        apply(members.get(0), "port = 2", QUICK);
        simulation.runFor(LONG.multipliedBy(5));
        allRun(members, release(1));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void aGroupGoesBackWithItsChannelOnlyIfItFollowsThat(boolean follows) {
        Simulation simulation = new Simulation(1);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 3);
        if (follows) {
            members.forEach(UpdatingMember::follows);
        }
        source.has(release(2));
        simulation.runFor(LONG);
        source.has(release(1));
        simulation.runFor(LONG);
        allRun(members, release(follows ? 1 : 2));
        source.has(release(2));
        simulation.runFor(LONG);
        allRun(members, release(2));
    }

    @Test
    void membersWhoseSourcesDisagreeDoNotGoThereAndBackForEver() {
        Simulation simulation = new Simulation(1);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 4);
        members.forEach(UpdatingMember::follows);
        source.has(release(1));
        members.get(3).isOffered(release(2));
        simulation.runFor(LONG.multipliedBy(20));
        assertThat(group(members.get(0)).revisions()).hasSizeLessThanOrEqualTo(2);
        assertThat(members).extracting((member) -> service(member).release())
            .containsOnly(service(members.get(0)).release());
    }

    @Test
    void whoCannotGetAReleaseSaysSoAndTheOthersWaitAndThenItStops() {
        Simulation simulation = new Simulation(1);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 3);
        UpdatingMember first = members.stream().min((one, other) -> one.id().compareTo(other.id())).orElseThrow();
        first.reaches(false);
        source.has(release(2));
        simulation.runFor(Duration.ofSeconds(20));
        UpdatingMember other = members.stream().filter((member) -> member != first).findFirst().orElseThrow();
        assertThat(group(other).members().get(first.id()).state().map(MemberState::lack))
            .hasValueSatisfying((lack) -> assertThat(lack.text())
                .isEqualTo("waits for package core/redis/2/20250101000000: http://source/ does not answer"));
        simulation.runFor(LONG);
        RolloutStatus rollout = other.registry().rollout(GROUP).orElseThrow();
        assertThat(rollout.state()).isEqualTo("paused");
        assertThat(rollout.reason()).isEqualTo("no member came further within 30s; " + first.name()
                + " waits for package core/redis/2/20250101000000: http://source/ does not answer");
        assertThat(rollout.places().get(0).reason())
            .isEqualTo("waits for package core/redis/2/20250101000000: " + "http://source/ does not answer");
        assertThat(members).allMatch((member) -> service(member).release().equals(release(1).toString()));
        first.reaches(true);
        simulation.runFor(LONG);
        other.registry().steer(GROUP, new RolloutAction.Resume(), "operator");
        simulation.runFor(LONG);
        allRun(members, release(2));
    }

    @Test
    void aServiceThatDiesBeforeItsTurnStartsWithTheReleaseThatItHadThoughTheOtherIsThere() {
        Simulation simulation = new Simulation(3);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 4);
        apply(members.get(0), "port = 1", QUICK);
        simulation.runFor(LONG);
        UpdatingMember last = members.stream().max((one, other) -> one.id().compareTo(other.id())).orElseThrow();
        source.has(release(2));
        while (last.installed().isEmpty()) {
            simulation.runFor(Duration.ofMillis(10));
        }
        assertThat(service(last).release()).isEqualTo(release(1).toString());
        service(last).die();
        simulation.runFor(Duration.ofMillis(20));
        assertThat(service(last).release()).isEqualTo(release(1).toString());
        simulation.runFor(LONG);
        allRun(members, release(2));
    }

    @Test
    void aMemberThatComesLaterRunsWhatTheGroupRuns() {
        Simulation simulation = new Simulation(1);
        UpdatingMember.Source source = new UpdatingMember.Source();
        List<UpdatingMember> members = ring(simulation, source, 2);
        source.has(release(2));
        simulation.runFor(LONG);
        members.add(simulation.start(new UpdatingMember(simulation, "late", GROUP, source)));
        simulation.runFor(LONG);
        allRun(members, release(2));
    }

}
