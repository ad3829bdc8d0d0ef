package dev.muster.group;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.pack.PackageIdent;
import dev.muster.rollout.Control;
import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;
import dev.muster.rumor.Version;
import dev.muster.service.Exports;
import dev.muster.service.GroupMember;
import dev.muster.service.Rung;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SteeringTest {

    private static final MemberId FIRST = new MemberId("1".repeat(32));

    private static final MemberId SECOND = new MemberId("2".repeat(32));

    private static final MemberId THIRD = new MemberId("3".repeat(32));

    private static final Hash HASH = Hash.parse("ab".repeat(32));

    private static GroupSnapshot group(Map<String, String> how, Control control, boolean firstDone) {
        SortedMap<MemberId, GroupSnapshot.Member> members = new TreeMap<>();
        members.put(FIRST, member(FIRST, "ann", firstDone));
        members.put(SECOND, member(SECOND, "bob", false));
        members.put(THIRD, member(THIRD, "bob", false));
        Plan plan = Plan.freeze(RolloutOptions.parse(how),
                members.keySet()
                    .stream()
                    .map((id) -> new Plan.Candidate(id, true, true, false, false, Map.of()))
                    .toList());
        Revision revision = new Revision(GroupName.parse("redis.prod"), new Version(7, 1, "alice", HASH),
                Optional.empty(), "content", Optional.empty(), 10, Optional.of(plan), Optional.empty());
        return new GroupSnapshot(revision.group(), List.of(revision), Set.of(), members, Set.of(), Optional.empty(),
                control, RolloutOptions.NONE, Optional.empty(), List.of());
    }

    private static GroupSnapshot.Member member(MemberId id, String name, boolean done) {
        MemberState state = new MemberState("core/redis/1/20230301000000", "up", "up", 1, Instant.EPOCH, "Ok",
                done ? "7-abababab" : null, done ? "content" : null, done ? Rung.HEALTHY : Rung.RECEIVED, done, null,
                "standalone", Exports.NONE,
                new MemberState.Host(name, "127.0.0.1", "127.0.0.1", 1, "127.0.0.1", 2, "127.0.0.1", 3));
        return new GroupSnapshot.Member(id, name, GroupMember.Standing.ALIVE, "core/redis/1/20230301000000", Map.of(),
                Optional.of(state), 1);
    }

    private static Control decide(GroupSnapshot group, RolloutAction action, String author) {
        return Steering.decide(group.name(), Optional.of(group), action, author);
    }

    @Test
    void aGroupWithoutARevisionHasNoRollout() {
        assertThatThrownBy(() -> Steering.decide(GroupName.parse("redis.prod"), Optional.empty(),
                new RolloutAction.Resume(), "ann"))
            .isInstanceOfSatisfying(RefusedException.class,
                    (ex) -> assertThat(ex.reason()).isEqualTo(RefusedException.Reason.NOT_FOUND))
            .hasMessageContaining("redis.prod has no revision yet");
    }

    private static GroupSnapshot rolling(Control control) {
        return group(Map.of("strategy", "rolling"), control, false);
    }

    @Test
    void aPauseEndsWithResume() {
        Control paused = decide(rolling(Control.NONE), new RolloutAction.Pause("lunch"), "ann");
        assertThat(paused).isEqualTo(Control.NONE.paused("lunch", "ann"));
        Control resumed = decide(rolling(paused), new RolloutAction.Resume(), "bob");
        assertThat(resumed.phase()).isEqualTo(Control.Phase.RUNNING);
        assertThat(resumed.sequence()).isEqualTo(2);
    }

    @Test
    void aReleaseThatWaitsForAStoppedRolloutSaysWhatToDo() {
        ReleaseOffer offer = new ReleaseOffer(PackageIdent.parse("core/redis/1/20230302000000"), false, 0);
        assertThat(NextRelease.of(rolling(Control.NONE), offer).note())
            .isEqualTo("waits until revision 7-abababab is complete");
        assertThat(NextRelease.of(rolling(Control.NONE.paused("lunch", "ann")), offer).note()).contains("is paused",
                "'muster rollout status redis.prod'");
        assertThat(NextRelease.of(rolling(Control.NONE.aborted("ann")), offer).note()).contains("was aborted",
                "'muster config rollback redis.prod'");
    }

    @Test
    void canariesThatAreDoneMayBePromotedOnce() {
        Map<String, String> canary = Map.of("canary", "1");
        assertThatThrownBy(() -> decide(group(canary, Control.NONE, false), new RolloutAction.Promote(), "ann"))
            .hasMessageContaining("canaries are not done");
        Control promoted = decide(group(canary, Control.NONE, true), new RolloutAction.Promote(), "ann");
        assertThat(promoted.promoted()).isTrue();
        assertThatThrownBy(() -> decide(group(canary, promoted, true), new RolloutAction.Promote(), "ann"))
            .hasMessageContaining("promoted already");
    }

    @Test
    void aMemberIsSkippedByIdOrByANameThatOnlyItHas() {
        assertThat(decide(rolling(Control.NONE), new RolloutAction.Skip("ann"), "x").skipped()).containsExactly(FIRST);
        assertThat(decide(rolling(Control.NONE), new RolloutAction.Skip(THIRD.hex()), "x").skipped())
            .containsExactly(THIRD);
        assertThatThrownBy(() -> decide(rolling(Control.NONE), new RolloutAction.Skip("bob"), "x"))
            .isInstanceOfSatisfying(RefusedException.class,
                    (ex) -> assertThat(ex.reason()).isEqualTo(RefusedException.Reason.CONFLICT))
            .hasMessageContaining("2 members called bob");
        assertThatThrownBy(() -> decide(rolling(Control.NONE), new RolloutAction.Skip("eve"), "x"))
            .isInstanceOfSatisfying(RefusedException.class,
                    (ex) -> assertThat(ex.reason()).isEqualTo(RefusedException.Reason.NOT_FOUND))
            .hasMessageContaining("eve");
    }

    @Test
    void anAbortIsForGood() {
        Control aborted = decide(rolling(Control.NONE), new RolloutAction.Abort(), "ann");
        for (RolloutAction action : List.of(new RolloutAction.Resume(), new RolloutAction.Pause(""),
                new RolloutAction.Skip("ann"), new RolloutAction.Abort())) {
            assertThatThrownBy(() -> decide(rolling(aborted), action, "ann")).isInstanceOf(RefusedException.class)
                .hasMessageContaining("aborted for good");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({ "at-once, at once", "rolling, not paused" })
    void whatHasNoTurnsOrDoesNotWaitCannotBeResumed(String strategy, String told) {
        assertThatThrownBy(() -> decide(group(Map.of("strategy", strategy), Control.NONE, false),
                new RolloutAction.Resume(), "ann"))
            .isInstanceOfSatisfying(RefusedException.class,
                    (ex) -> assertThat(ex.reason()).isEqualTo(RefusedException.Reason.CONFLICT))
            .hasMessageContaining("7-abababab")
            .hasMessageContaining(told);
    }

}
