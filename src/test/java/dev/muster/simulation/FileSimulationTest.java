package dev.muster.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import dev.muster.content.Supply;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.GroupFiles;
import dev.muster.group.GroupName;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.MissingContentException;
import dev.muster.group.Revision;
import dev.muster.group.RevisionFile;
import dev.muster.group.RevisionStatus;
import dev.muster.group.Until;
import dev.muster.rollout.RolloutOptions;
import dev.muster.service.Rung;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files that travel with the revisions of their group, in a ring that is cut, crashes and
 * loses messages.
 */
@ExtendWith(WithoutLog.class)
class FileSimulationTest {

    private static final int SEEDS = Math.max(30, Integer.getInteger("muster.seeds", 100) / 4);

    private static final int FEW = SEEDS / 3;

    private static final String NAME = "redis.prod";

    private static final GroupName GROUP = GroupName.parse(NAME);

    private static final Map<String, String> ROLLING = Map.of("strategy", "rolling", "settle", "500ms", "deadline",
            "30s");

    private static final Duration LONG = Duration.ofSeconds(60);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    static LongStream fewSeeds() {
        return LongStream.rangeClosed(1, FEW);
    }

    private static List<FilingMember> ring(Simulation simulation, int count) {
        List<FilingMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(simulation.start(new FilingMember(simulation, "m" + i, NAME)));
        }
        simulation.runFor(Duration.ofSeconds(30));
        members.get(0).file(NAME, "first", Optional.of(bytes(simulation)), Map.of());
        simulation.runFor(LONG);
        members.forEach((member) -> assertThat(group(member).complete()).isPresent());
        return members;
    }

    private static byte[] bytes(Simulation simulation) {
        byte[] bytes = new byte[1 + simulation.random.nextInt(300_000)];
        simulation.random.nextBytes(bytes);
        return bytes;
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

    private static void allHave(List<FilingMember> members, GroupFiles files) {
        for (FilingMember member : members) {
            assertThat(current(member).files()).as(member.name()).isEqualTo(files);
            assertThat(service(member).taken()).as(member.name()).contains(current(member).id());
            assertThat(member.held().of(files)).as(member.name()).isEqualTo(Supply.HERE);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensNobodyTakesWhatItLacksAndAllEndWithTheFilesOfTheCurrentRevision(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<FilingMember> members = ring(simulation, 3 + simulation.random.nextInt(3));
        Troubles<FilingMember> troubles = new Troubles<>(simulation, members, (author) -> change(simulation, author));
        for (int round = 0; round < 2; round++) {
            FilingMember author = troubles.someone();
            if (author.alive()) {
                change(simulation, author);
            }
            for (int step = simulation.random.nextInt(10); step > 0; step--) {
                troubles.next();
                simulation.runFor(Duration.ofMillis(simulation.random.nextInt(3_000)));
            }
            troubles.mend();
            simulation.runFor(LONG.multipliedBy(3));
            troubles.ended(GROUP, (member, rollout) -> assertThat(member.held().of(rollout.revision().files()))
                .isEqualTo(Supply.HERE));
        }
        promises.allMembersAreEqual();
        FilingMember last = troubles.someone();
        Map<String, String> how = simulation.random.nextBoolean() ? ROLLING : Map.of();
        for (RevisionFile file : current(last).files().all()) {
            if (file.name().text().startsWith("bad")) {
                last.file(NAME, file.name().text(), Optional.empty(), how);
                simulation.runFor(LONG);
            }
        }
        CompletableFuture<Applied> answer = last.file(NAME, "last", Optional.of(bytes(simulation)), how);
        simulation.runFor(LONG.multipliedBy(3));
        assertThat(answer).isCompleted();
        allHave(members, answer.join().revision().files());
    }

    private static void change(Simulation simulation, FilingMember author) {
        boolean bad = simulation.random.nextInt(3) == 0;
        Map<String, String> how = new HashMap<>(ROLLING);
        how.put("max-unavailable", Integer.toString(1 + simulation.random.nextInt(2)));
        boolean removes = simulation.random.nextInt(6) == 0;
        author.file(NAME, removes ? "first" : (bad ? "bad" : "good") + simulation.random.nextInt(2),
                removes ? Optional.empty() : Optional.of(bytes(simulation)), how);
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void aBadFileStopsAfterTheFirstMemberAndTheFilesBeforeItComeBack(long seed) {
        Simulation simulation = new Simulation(seed);
        List<FilingMember> members = ring(simulation, 4);
        Revision good = current(members.get(0));
        members.get(1).file(NAME, "bad", Optional.of(bytes(simulation)), ROLLING);
        simulation.runFor(LONG);
        for (FilingMember member : members) {
            assertThat(current(member).automatic()).isTrue();
            assertThat(current(member).contentHash()).isEqualTo(good.contentHash());
            assertThat(group(member).isComplete(current(member))).isTrue();
        }
        allHave(members, good.files());
        assertThat(members).filteredOn((member) -> service(member).changes() > 1).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void ofTwoFilesThatComeAtTheSameMomentWhoeverLosesIsToldAndDoneAgainBothAreThere(long seed) {
        Simulation simulation = new Simulation(seed);
        List<FilingMember> members = ring(simulation, 3);
        Map<FilingMember, byte[]> files = Map.of(members.get(0), bytes(simulation), members.get(1), bytes(simulation));
        Map<FilingMember, CompletableFuture<Applied>> answers = new HashMap<>();
        files.forEach(
                (member, bytes) -> answers.put(member, member.file(NAME, member.name(), Optional.of(bytes), Map.of())));
        simulation.runFor(LONG);
        Revision held = current(members.get(2));
        answers.forEach((member, answer) -> {
            Revision made = answer.join().revision();
            boolean lost = group(member).lost().contains(made.hash());
            if (lost) {
                // Told with the answer, unless a member gave it that had not heard of the
                // winner; then the history says so.
                assertThat(answer.join().overtakenBy()).isIn(held.id(), null);
                member.file(NAME, member.name(), Optional.of(files.get(member)), Map.of());
            }
        });
        simulation.runFor(LONG);
        assertThat(current(members.get(2)).files().all()).extracting((file) -> file.name().text())
            .containsExactly("first", "m0", "m1");
        allHave(members, current(members.get(2)).files());
    }

    @Test
    void whoLacksAContentSaysSoAndGoesOnWithWhatItHasAndThoseBehindItWait() {
        Simulation simulation = new Simulation(1);
        List<FilingMember> members = ring(simulation, 4);
        Revision before = current(members.get(0));
        byte[] large = new byte[4 << 20];
        simulation.random.nextBytes(large);
        CompletableFuture<Applied> answer = members.get(0).file(NAME, "large", Optional.of(large), ROLLING);
        simulation.runFor(Duration.ofSeconds(18));
        assertThat(answer).isCompleted();
        String id = answer.join().revision().id();
        List<FilingMember> waiting = members.stream()
            .filter((member) -> member.held().of(answer.join().revision().files()) != Supply.HERE)
            .toList();
        assertThat(waiting).isNotEmpty().allSatisfy((member) -> {
            assertThat(service(member).taken()).contains(before.id());
            assertThat(group(members.get(0)).members().get(member.id()).state().orElseThrow().lack()).isNotNull()
                .satisfies((lack) -> {
                    assertThat(lack.revision()).isEqualTo(id);
                    assertThat(lack.text()).matches("waits for file large \\([0-4] of 4 MiB\\)");
                });
        });
        CompletableFuture<Optional<RevisionStatus>> status = members.get(0)
            .registry()
            .status(GROUP, id, Until.NOW, Duration.ZERO);
        simulation.runFor(Duration.ofMillis(1));
        assertThat(status.join().orElseThrow().members()).filteredOn((member) -> member.rung() == Rung.WAITING)
            .extracting(RevisionStatus.Progress::reason)
            .anyMatch((reason) -> reason.startsWith("waits for file large ("));
        simulation.runFor(LONG.multipliedBy(2));
        allHave(members, answer.join().revision().files());
        assertThat(group(members.get(0)).members().values())
            .allSatisfy((member) -> assertThat(member.state().orElseThrow().lack()).isNull());
    }

    @Test
    void aWayBackToAContentThatNobodyHasIsRefusedByName() {
        Simulation simulation = new Simulation(1);
        List<FilingMember> members = ring(simulation, 3);
        GroupFiles first = current(members.get(0)).files();
        members.get(0).file(NAME, "first", Optional.empty(), Map.of());
        simulation.runFor(LONG);
        members.forEach(FilingMember::loseContents);
        CompletableFuture<Applied> back = members.get(1)
            .held()
            .apply(new ApplyRequest(GROUP, OptionalLong.empty(), null, Optional.empty(), FileChanges.whole(first),
                    "ann", null, RolloutOptions.NONE));
        simulation.runFor(LONG);
        String hash = first.all().iterator().next().content().hash().hex();
        assertThat(back.handle((applied, failure) -> failure).join()).isNotNull()
            .satisfies(
                    (failure) -> assertThat((failure instanceof MissingContentException) ? failure : failure.getCause())
                        .isInstanceOf(MissingContentException.class)
                        .hasMessageContainingAll("file first", hash));
        assertThat(current(members.get(2)).files().isEmpty()).isTrue();
    }

}
