package dev.muster.rollout;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PlanTest {

    private static MemberId id(int number) {
        return new MemberId("%032x".formatted(number));
    }

    private static Plan.Candidate candidate(int number, boolean present, boolean healthy, boolean underWay) {
        return new Plan.Candidate(id(number), present, healthy, underWay, false, Map.of("rack", "r" + number % 2));
    }

    private static Plan freeze(Map<String, String> options, Plan.Candidate... candidates) {
        return Plan.freeze(RolloutOptions.parse(options), List.of(candidates));
    }

    @Test
    void whoIsUnderWayComesFirstThenWhoIsUnwellThenIdsAndWhoIsAwayComesLast() {
        Plan plan = freeze(Map.of("strategy", "rolling"), candidate(1, false, false, false),
                candidate(2, true, true, false), candidate(3, true, true, false), candidate(4, true, false, false),
                candidate(5, true, true, true));
        assertThat(plan.members()).containsExactly(id(5), id(4), id(2), id(3), id(1));
    }

    @Test
    void whoLeadsComesBehindAllOthersThatArePresent() {
        Plan.Candidate leader = new Plan.Candidate(id(1), true, true, false, true, Map.of());
        Plan plan = freeze(Map.of(), leader, candidate(2, true, true, false), candidate(3, false, true, false));
        assertThat(plan.members()).containsExactly(id(2), id(1), id(3));
    }

    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource({ "1, 4, 1", "3, 4, 3", "9, 4, 4", "50%, 4, 2", "30%, 4, 1", "10%, 4, 1", "100%, 4, 4", "2, 0, 1" })
    void sizesBecomeCounts(String amount, int members, int count) {
        Plan.Candidate[] candidates = new Plan.Candidate[members];
        for (int i = 0; i < members; i++) {
            candidates[i] = candidate(i + 1, true, true, false);
        }
        assertThat(freeze(Map.of("strategy", "rolling", "max-unavailable", amount), candidates).maxUnavailable())
            .isEqualTo(count);
    }

    @Test
    void whatNobodySaidIsUsual() {
        Plan atOnce = freeze(Map.of());
        assertThat(atOnce).isEqualTo(
                new Plan(Strategy.AT_ONCE, List.of(), 1, 0, Optional.empty(), Duration.ofMinutes(5), OnFailure.NONE));
        assertThat(freeze(Map.of("strategy", "rolling")).onFailure()).isEqualTo(OnFailure.ROLLBACK);
        Plan canary = freeze(Map.of("canary", "2"), candidate(1, true, true, false), candidate(2, true, true, false),
                candidate(3, true, true, false));
        assertThat(canary.strategy()).isEqualTo(Strategy.CANARY);
        assertThat(canary.canary()).isEqualTo(2);
        assertThat(canary.onFailure()).isEqualTo(OnFailure.PAUSE);
    }

    @Test
    void canariesMayBeThoseWithALabel() {
        Plan plan = freeze(Map.of("canary", "rack=r1"), candidate(2, true, true, false),
                candidate(3, true, true, false), candidate(5, false, true, false), candidate(7, true, true, false));
        assertThat(plan.members()).containsExactly(id(3), id(7), id(2), id(5));
        assertThat(plan.canary()).isEqualTo(2);
        assertThatThrownBy(() -> freeze(Map.of("canary", "rack=r9"), candidate(2, true, true, false)))
            .isInstanceOf(InvalidRolloutException.class)
            .hasMessageContaining("rack=r9")
            .hasMessageContaining("--label");
    }

    @Test
    void aGroupsDefaultFillsInWhatTheAuthorLeftOut() {
        RolloutOptions policy = RolloutOptions.parse(Map.of("strategy", "canary", "canary", "2", "settle", "3s"));
        RolloutOptions rolling = RolloutOptions.parse(Map.of("strategy", "rolling", "max-unavailable", "2"));
        assertThat(rolling.over(policy).texts())
            .isEqualTo(Map.of("strategy", "rolling", "max-unavailable", "2", "settle", "3s"));
        assertThat(RolloutOptions.NONE.over(policy)).isEqualTo(policy);
        assertThat(RolloutOptions.parse(policy.texts())).isEqualTo(policy);
    }

    @ParameterizedTest
    @CsvSource({ "strategy, none, svc load", "strategy, fast, at-once", "max-unavailable, 0, from 1",
            "max-unavailable, 101%, from 1%", "max-unavailable, x, number", "canary, =a, LABEL=VALUE",
            "settle, soon, 20s", "deadline, -1, 20s", "deadline, 0, at least 1s", "deadline, 999ms, at least 1s",
            "on-failure, panic, rollback" })
    void whatCannotBeMeantIsNamed(String option, String text, String told) {
        assertThatThrownBy(() -> RolloutOptions.parse(Map.of(option, text)))
            .isInstanceOfSatisfying(InvalidRolloutException.class, (ex) -> assertThat(ex.option()).isEqualTo(option))
            .hasMessageContaining(text)
            .hasMessageContaining(told);
    }

    @Test
    void canariesGoWithTheirOwnStrategyOnly() {
        assertThatThrownBy(() -> RolloutOptions.parse(Map.of("strategy", "rolling", "canary", "1")))
            .isInstanceOf(InvalidRolloutException.class)
            .hasMessageContaining("rolling");
    }

    @ParameterizedTest(name = "{0} over {1}: {2}")
    @CsvSource({
            // asked, the group's policy, what becomes of it
            "max-unavailable=2, '', refused", "max-unavailable=2, strategy=rolling, rolling 2",
            "max-unavailable=2, canary=1, canary 2", "max-unavailable=2, strategy=at-once, refused",
            "'', max-unavailable=2, at-once 2", "strategy=at-once, strategy=rolling;max-unavailable=2, at-once 2",
            "canary=1, strategy=rolling, canary 1", "canary=1, strategy=at-once, canary 1", "settle=3s, '', at-once 1",
            "deadline=3s, '', at-once 1", "on-failure=rollback, '', at-once 1" })
    void whatWouldHaveNoEffectIsRefusedUnlessTheGroupsPolicyGivesIt(String asked, String policy, String way) {
        List<Plan.Candidate> members = List.of(candidate(1, true, true, false), candidate(2, true, true, false),
                candidate(3, true, true, false));
        if (way.equals("refused")) {
            assertThatThrownBy(() -> options(asked).over(options(policy))).isInstanceOf(InvalidRolloutException.class)
                .hasMessageContaining("max-unavailable 2", "strategy rolling or canary");
            return;
        }
        Plan plan = Plan.freeze(options(asked).over(options(policy)), members);
        assertThat(plan.strategy().wireName() + " " + plan.maxUnavailable()).isEqualTo(way);
    }

    private static RolloutOptions options(String text) {
        Map<String, String> texts = new TreeMap<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(";")) {
            texts.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
        }
        return RolloutOptions.parse(texts);
    }

}
