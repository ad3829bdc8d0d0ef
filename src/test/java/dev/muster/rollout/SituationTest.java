package dev.muster.rollout;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.muster.rollout.Situation.Go;
import dev.muster.rollout.Situation.Hold;
import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Members are letters: small and present, {@code D} done, {@code A} away, {@code F}
 * failed, {@code U} under way, {@code G} gone; their places in the word are their turns.
 */
class SituationTest {

    private static MemberId id(int place) {
        return new MemberId("%032x".formatted(place + 1));
    }

    private static Situation situation(String word, String way, int atATime, Control control, boolean complete) {
        Map<MemberId, Stand> stands = new TreeMap<>();
        for (int i = 0; i < word.length(); i++) {
            char how = word.charAt(i);
            stands.put(id(i), new Stand("m" + i, how != 'A' && how != 'G', how == 'G', how == 'D',
                    (how == 'F') ? Optional.of("why") : Optional.empty(), how == 'F' || how == 'U'));
        }
        List<MemberId> members = stands.keySet().stream().toList();
        Plan plan = Plan.freeze(
                RolloutOptions
                    .parse(way.startsWith("canary") ? Map.of("canary", way.substring(6)) : Map.of("strategy", way)),
                members.stream().map((id) -> new Plan.Candidate(id, true, true, false, false, Map.of())).toList());
        Plan sized = new Plan(plan.strategy(), plan.members(), atATime, plan.canary(), plan.settle(), plan.deadline(),
                plan.onFailure());
        return new Situation(sized, control, complete, stands);
    }

    private static String turns(Situation situation) {
        StringBuilder turns = new StringBuilder();
        for (MemberId member : situation.plan().members()) {
            turns.append((situation.turn(member, false) instanceof Go) ? '+' : '-');
        }
        return turns.toString();
    }

    @ParameterizedTest(name = "{0} {1} by {2}: {3}")
    @CsvSource({
            // members, way, at a time, who may start
            "pppp, at-once, 1, ++++", "pppp, rolling, 1, +---", "pppp, rolling, 2, ++--", "Dppp, rolling, 1, ++--",
            "DDDp, rolling, 1, ++++", "pDpp, rolling, 1, +---", "Gppp, rolling, 1, ++--", "Appp, rolling, 1, +---",
            "Appp, rolling, 2, ++--", "Fppp, rolling, 1, +---",
            // fewer than half in sight
            "AApp, rolling, 1, ----", "AAAp, rolling, 4, ----", "AAp, rolling, 1, ---", "GGAp, rolling, 1, ----",
            "GGpp, rolling, 1, +++-", "AAAp, at-once, 1, ++++",
            // canaries
            "pppp, canary1, 1, +---", "Dppp, canary1, 1, +---", "Dppp, canary2, 2, ++--", "DDpp, canary2, 2, ++--" })
    void whoMayStart(String members, String way, int atATime, String turns) {
        assertThat(turns(situation(members, way, atATime, Control.NONE, false))).isEqualTo(turns);
    }

    @Test
    void onceItIsCompleteNobodyWaitsForWhoIsAway() {
        assertThat(turns(situation("DAAp", "rolling", 1, Control.NONE, false))).isEqualTo("----");
        assertThat(turns(situation("DDApp", "rolling", 1, Control.NONE, true))).isEqualTo("++++-");
    }

    @Test
    void aPauseEndsWithTheRollout() {
        Control paused = Control.NONE.paused("m0 failed", "");
        assertThat(turns(situation("DDDp", "rolling", 1, paused, false))).isEqualTo("----");
        assertThat(situation("DDDp", "rolling", 1, paused, false).stopped()).isTrue();
        assertThat(turns(situation("DDDp", "rolling", 1, paused, true))).isEqualTo("++++");
        assertThat(situation("DDDp", "rolling", 1, paused, true).stopped()).isFalse();
    }

    @Test
    void whoIsUnderWayIsCountedWhateverItsPlace() {
        assertThat(turns(situation("pppU", "rolling", 1, Control.NONE, false))).isEqualTo("----");
        assertThat(turns(situation("pppU", "rolling", 2, Control.NONE, false))).isEqualTo("+---");
        assertThat(turns(situation("DDpU", "rolling", 1, Control.NONE, true))).isEqualTo("----");
        assertThat(turns(situation("pppU", "rolling", 1, Control.NONE.skipping(id(3), "ann"), false)))
            .isEqualTo("+---");
    }

    @Test
    void wordsOfPeopleHoldAndRelease() {
        Control paused = Control.NONE.paused("lunch", "ann");
        assertThat(turns(situation("pppp", "rolling", 1, paused, false))).isEqualTo("----");
        assertThat(situation("pppp", "rolling", 1, paused, false).turn(id(0), false))
            .isEqualTo(new Hold("the rollout is paused by ann: lunch"));
        assertThat(turns(situation("pppp", "rolling", 1, paused.resumed(List.of(), "ann"), false))).isEqualTo("+---");
        assertThat(turns(situation("Dppp", "canary1", 1, Control.NONE.promoted(List.of(), "ann"), false)))
            .isEqualTo("++--");
        assertThat(turns(situation("pppp", "rolling", 1, Control.NONE.aborted("ann"), false))).isEqualTo("----");
    }

    @Test
    void whoIsSkippedComesLastAndIsNoLongerWaitedForNorCounted() {
        Control skipped = Control.NONE.skipping(id(0), "ann");
        Situation situation = situation("Appp", "rolling", 1, skipped, false);
        assertThat(turns(situation)).isEqualTo("-+--");
        assertThat(turns(situation("Ap", "rolling", 1, Control.NONE, false))).isEqualTo("--");
        assertThat(turns(situation("Ap", "rolling", 1, skipped, false))).isEqualTo("-+");
    }

    @Test
    void whoLostWhatItRunsWithTakesItsTurnWhateverTheChangeSays() {
        Situation situation = situation("Dppp", "at-once", 4, Control.NONE, false);
        assertThat(situation.turn(id(1), true)).isEqualTo(new Go());
        assertThat(situation.turn(id(2), true)).isEqualTo(new Hold("waits for m1"));
    }

    @Test
    void whoIsNotInThePlanWaitsUntilItIsComplete() {
        Situation open = situation("DDp", "rolling", 1, Control.NONE, false);
        assertThat(open.turn(id(7), false)).isInstanceOf(Hold.class);
        Map<MemberId, Stand> members = new TreeMap<>(open.members());
        members.put(id(7), new Stand("m7", true, false, false, Optional.empty(), false));
        members.put(id(8), new Stand("m8", true, false, false, Optional.empty(), false));
        members.put(id(2), new Stand("m2", false, false, false, Optional.empty(), false));
        Situation complete = new Situation(open.plan(), Control.NONE, true, members);
        assertThat(complete.turn(id(7), false)).isEqualTo(new Go());
        assertThat(complete.turn(id(8), false)).isEqualTo(new Hold("waits for m7"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({ "DDDD, true", "DDDA, true", "DDDp, false", "DDAA, false", "DGGA, false", "DDGG, true", "DDFD, false" })
    void itIsCompleteWhenAllInSightAreDoneAndThatIsTheMost(String members, boolean finished) {
        assertThat(situation(members, "rolling", 1, Control.NONE, false).finished()).isEqualTo(finished);
    }

    @Test
    void aFailureThatSomebodyGoesOnWithIsNoReasonToStopAgain() {
        Situation failed = situation("DFpp", "rolling", 1, Control.NONE, false);
        assertThat(failed.failed()).containsExactly(id(1));
        Control resumed = Control.NONE.paused("m1 failed", "").resumed(failed.failed(), "ann");
        assertThat(situation("DFpp", "rolling", 1, resumed, false).failed()).isEmpty();
        assertThat(situation("DFpp", "rolling", 1, Control.NONE.skipping(id(1), "ann"), false).failed()).isEmpty();
    }

    @Test
    void canariesThatAreDoneWaitForPromotion() {
        assertThat(situation("pppp", "canary1", 1, Control.NONE, false).awaitsPromotion()).isFalse();
        assertThat(situation("Dppp", "canary1", 1, Control.NONE, false).awaitsPromotion()).isTrue();
        assertThat(situation("Dppp", "canary1", 1, Control.NONE.promoted(List.of(), "ann"), false).awaitsPromotion())
            .isFalse();
        assertThat(situation("D", "canary1", 1, Control.NONE, false).awaitsPromotion()).isFalse();
    }

}
