package dev.muster.simulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

import dev.muster.config.Content;
import dev.muster.config.Toml;
import dev.muster.group.Allowed;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileChanges;
import dev.muster.group.GroupSnapshot;
import dev.muster.group.RefusedException;
import dev.muster.group.Revision;
import dev.muster.group.RevisionStatus;
import dev.muster.group.Until;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import dev.muster.rumor.Fact.Retention;
import dev.muster.rumor.FactKey;
import dev.muster.rumor.Replica;
import dev.muster.service.Rung;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Encrypted changes among members of which some lack a key, get it later, or get what
 * does not open. Nobody acts on what it cannot read: {@link ReadingMember} sees to that
 * at every step.
 */
@ExtendWith(WithoutLog.class)
class EncryptedSimulationTest {

    private static final int SEEDS = Math.max(20, Integer.getInteger("muster.seeds", 100) / 4);

    private static final Map<String, String> ROLLING = Map.of("strategy", "rolling", "settle", "500ms", "deadline",
            "30s");

    private static final Duration LONG = Duration.ofSeconds(60);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    private static List<ReadingMember> ring(Simulation simulation, int count) {
        List<ReadingMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(simulation.start(new ReadingMember(simulation, "m" + i)));
        }
        simulation.runFor(Duration.ofSeconds(30));
        return members;
    }

    private static GroupSnapshot group(ReadingMember member) {
        return member.registry().group(ReadingMember.GROUP).orElseThrow();
    }

    private static Revision current(ReadingMember member) {
        return group(member).current().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensNobodyGoesBackAndAllEndWithTheCurrentOneOnceTheyHaveTheKeys(long seed) {
        Simulation simulation = new Simulation(seed);
        Promises promises = new Promises(simulation);
        List<ReadingMember> members = ring(simulation, 3 + simulation.random.nextInt(3));
        members.get(0).seal("alice", "port = 0", Map.of());
        simulation.runFor(Duration.ofSeconds(5));
        simulation.invariant(() -> nobodyLosesTheLastReadable(members));
        Troubles<ReadingMember> troubles = new Troubles<>(simulation, members, (member) -> change(simulation, member));
        for (int step = 0; step < 40; step++) {
            troubles.next();
            ReadingMember someone = troubles.someone();
            if (simulation.random.nextInt(3) == 0) {
                someone.key("bob", simulation.random.nextBoolean());
            }
            else if (someone.alive() && simulation.random.nextInt(3) == 0) {
                someone.service().die();
            }
            simulation.runFor(Duration.ofMillis(simulation.random.nextInt(3_000)));
        }
        troubles.mend();
        simulation.runFor(LONG.multipliedBy(2));
        promises.allMembersAreEqual();
        for (ReadingMember member : members) {
            boolean lacks = !member.reads(current(member).envelope());
            assertThat(member.service().taken()).as(member.name()).isPresent();
            assertThat(group(members.get(0)).members().get(member.id()).state().orElseThrow().lack() != null)
                .as("%s says that it lacks a key", member.name())
                .isEqualTo(lacks);
        }
        members.forEach((member) -> member.key("bob", true));
        simulation.runFor(LONG);
        // Behind what does not open those stand still that take what won over theirs one
        // by one.
        members.get(0).seal("bob", "port = 9", Map.of());
        simulation.runFor(LONG);
        assertThat(members).allSatisfy((member) -> assertThat(member.service().taken()).contains(current(member).id()));
    }

    /**
     * Nobody goes back behind what it has taken, whatever came after that and could not
     * be read; unless another one has won over it.
     */
    private static void nobodyLosesTheLastReadable(List<ReadingMember> members) {
        members.stream().filter(SimulatedMember::alive).forEach((member) -> {
            Optional<Revision> taken = member.service().taken().flatMap(group(member)::find);
            member.service()
                .takenBefore()
                .flatMap(group(member)::find)
                .filter((before) -> !group(member).lost().contains(before.hash()))
                .ifPresent((before) -> assertThat(taken).as(member.name())
                    .hasValueSatisfying((now) -> assertThat(now).isGreaterThanOrEqualTo(before)));
        });
    }

    private static void change(Simulation simulation, ReadingMember member) {
        switch (simulation.random.nextInt(4)) {
            case 0 -> member.forge(Map.of());
            case 1 -> member.seal("alice", "port = " + simulation.random.nextInt(3), Map.of());
            default -> member.seal("bob", "port = " + simulation.random.nextInt(3), Map.of());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whoLacksAKeyWaitsAndSoDoThoseBehindItUntilItComes(long seed) {
        Simulation simulation = new Simulation(seed);
        List<ReadingMember> members = ring(simulation, 4);
        members.get(0).seal("alice", "port = 1", Map.of());
        simulation.runFor(LONG);
        Revision readable = current(members.get(0));
        List<ReadingMember> keyed = members.subList(0, simulation.random.nextInt(4));
        keyed.forEach((member) -> member.key("bob", true));
        CompletableFuture<Applied> answer = members.get(1).seal("bob", "port = 2", ROLLING);
        simulation.runFor(Duration.ofSeconds(20));
        String id = answer.join().revision().id();
        List<ReadingMember> waiting = members.stream().filter((member) -> !keyed.contains(member)).toList();
        assertThat(waiting).isNotEmpty()
            .allSatisfy((member) -> assertThat(member.service().taken()).contains(readable.id()));
        // Its process and its node may go and come: what it can read holds.
        waiting.get(0).service().die();
        waiting.get(0).crash();
        simulation.runFor(Duration.ofSeconds(2));
        waiting.get(0).boot();
        simulation.runFor(Duration.ofSeconds(15));
        assertThat(waiting.get(0).service().taken()).contains(readable.id());
        CompletableFuture<Optional<RevisionStatus>> status = members.get(0)
            .registry()
            .status(ReadingMember.GROUP, id, Until.NOW, Duration.ZERO);
        simulation.runFor(Duration.ofMillis(1));
        assertThat(status.join().orElseThrow().members())
            .filteredOn((member) -> waiting.stream().anyMatch((other) -> other.id().equals(member.id())))
            .allSatisfy((member) -> {
                assertThat(member.rung()).isEqualTo(Rung.WAITING);
                assertThat(member.reason()).isEqualTo("waits for the key of bob");
            });
        members.forEach((member) -> member.key("bob", true));
        simulation.runFor(LONG.multipliedBy(2));
        if (!group(members.get(0)).isComplete(current(members.get(0)))) {
            // It has stood still for longer than its deadline.
            members.get(0)
                .registry()
                .steer(ReadingMember.GROUP, new dev.muster.group.RolloutAction.Resume(), "operator");
            simulation.runFor(LONG.multipliedBy(2));
        }
        assertThat(members).allSatisfy((member) -> assertThat(member.service().taken()).contains(id));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatDoesNotOpenStopsAfterTheFirstMemberAndIsTakenBack(long seed) {
        Simulation simulation = new Simulation(seed);
        List<ReadingMember> members = ring(simulation, 3);
        // The first change of all: there is nothing to go back to but the packages' own.
        members.get(0).forge(ROLLING);
        simulation.runFor(LONG);
        assertThat(members).allSatisfy((member) -> {
            assertThat(current(member).automatic()).isTrue();
            assertThat(current(member).envelope()).isEmpty();
            assertThat(member.service().taken()).contains(current(member).id());
        });
        members.get(0).seal("alice", "port = 1", ROLLING);
        simulation.runFor(LONG);
        Revision good = current(members.get(0));
        assertThat(group(members.get(0)).isComplete(good)).isTrue();
        members.get(1).forge(ROLLING);
        simulation.runFor(LONG);
        assertThat(members).allSatisfy((member) -> {
            assertThat(current(member).automatic()).isTrue();
            assertThat(current(member).contentHash()).isEqualTo(good.contentHash());
            assertThat(current(member).envelope()).isEqualTo(good.envelope());
            assertThat(member.service().taken()).contains(current(member).id());
        });
    }

    @Test
    void whoseKeyIsTakenAwayStartsAgainWithTheFilesThatAreThereStill() {
        Simulation simulation = new Simulation(1);
        List<ReadingMember> members = ring(simulation, 3);
        members.get(0).seal("alice", "port = 1", Map.of());
        simulation.runFor(LONG);
        ReadingMember member = members.get(1);
        member.key("bob", true);
        members.get(0).seal("bob", "port = 2", Map.of());
        simulation.runFor(LONG);
        Revision second = current(member);
        assertThat(member.service().taken()).contains(second.id());
        member.key("bob", false);
        members.get(0).seal("bob", "port = 3", Map.of());
        simulation.runFor(LONG);
        assertThat(member.service().taken()).contains(second.id());
        member.service().die();
        simulation.runFor(Duration.ofSeconds(15));
        assertThat(member.registry().allowed(ReadingMember.GROUP)).map(Allowed::id).contains(second.id());
        assertThat(member.service().taken()).contains(second.id());
    }

    @Test
    void aPlainRevisionOfAHostileMemberIsNobodysButItsOwn() {
        Simulation simulation = new Simulation(1);
        List<ReadingMember> members = ring(simulation, 3);
        SimulatedMember hostile = simulation.start("mallory", "web.default");
        simulation.runFor(Duration.ofSeconds(15));
        members.get(0).seal("alice", "port = 1", Map.of());
        simulation.runFor(LONG);
        Revision good = current(members.get(0));
        plainFacts().forEach((fact) -> hostile.replica().submit(fact, Submitted.INSTANCE));
        simulation.runFor(LONG);
        assertThat(hostile.registry().group(ReadingMember.GROUP).orElseThrow().current().orElseThrow().number())
            .isEqualTo(9);
        assertThat(members).allSatisfy((member) -> {
            assertThat(current(member)).isEqualTo(good);
            assertThat(group(member).complete().orElseThrow().number()).isEqualTo(1);
            assertThat(member.service().taken()).contains(good.id());
        });
        members.get(1).service().die();
        members.get(2).seal("alice", "port = 2", Map.of());
        simulation.runFor(LONG);
        assertThat(members).allSatisfy((member) -> {
            assertThat(current(member).number()).isEqualTo(2);
            assertThat(member.service().taken()).contains(current(member).id());
        });
    }

    @Test
    void aPlainChangeIsRefusedByWhoeverIsGivenIt() {
        Simulation simulation = new Simulation(1);
        List<ReadingMember> members = ring(simulation, 2);
        byte[] layer = "port = 1\n".getBytes(StandardCharsets.UTF_8);
        CompletableFuture<Applied> answer = members.get(0)
            .apply(new ApplyRequest(
                    ReadingMember.GROUP, OptionalLong.empty(), null, Optional.of(new ApplyRequest.Layer(layer,
                            Content.hash(Toml.parse("port = 1\n")), Optional.empty(), Optional.empty())),
                    FileChanges.NONE, "ann", null, RolloutOptions.NONE));
        simulation.runFor(LONG);
        assertThatThrownBy(answer::join).hasCauseInstanceOf(RefusedException.class)
            .hasMessageContaining("takes only what is encrypted for it");
        assertThat(members).allSatisfy((member) -> assertThat(group(member).current()).as(member.name()).isEmpty());
    }

    /** A change, and the word that it is complete, as nobody makes them who is honest. */
    private static List<Fact> plainFacts() {
        byte[] layer = "port = 666\n".getBytes(StandardCharsets.UTF_8);
        String hash = Content.hash(Toml.parse("port = 666\n"));
        String group = ReadingMember.GROUP.toString();
        CBORMapper cbor = new CBORMapper();
        Fact revision = Fact.create(new FactKey("config", group, ""), 9, 1, "mallory", Retention.HISTORY,
                cbor.writeValueAsBytes(Map.of("format", "toml", "content", layer, "layerHash", hash)), null);
        Fact complete = Fact.create(new FactKey("complete", group, ""), 9, 1, "mallory\0" + revision.hash().hex(),
                Retention.DURABLE, cbor.writeValueAsBytes(
                        Map.of("revision", revision.hash().bytes(), "content", layer, "layerHash", hash)),
                null);
        return List.of(revision, complete);
    }

    private enum Submitted implements Replica.Submission {

        INSTANCE;

        @Override
        public void held() {
        }

        @Override
        public void failed(IOException why) {
        }

    }

}
