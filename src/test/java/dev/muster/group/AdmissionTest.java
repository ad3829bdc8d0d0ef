package dev.muster.group;

import java.util.List;

import dev.muster.rollout.Plan;
import dev.muster.rollout.RolloutOptions;
import dev.muster.rumor.Fact;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class AdmissionTest {

    private static final GroupName GROUP = GroupName.parse("redis.prod");

    private final GroupFacts facts = new GroupFacts((key, message, signature) -> false);

    @ParameterizedTest(name = "number {0}, time {1}: {2}")
    @CsvSource({ "1, 0, true", "9007199254740991, 1, true", "1, 4611686018427387904, true", "0, 1, false",
            "9007199254740992, 1, false", "9223372036854775807, 1, false", "1, -1, false",
            "1, 9223372036854775807, false" })
    void whatNothingCouldFollowIsNotTakenFromAnybody(long number, long micros, boolean admitted) {
        Plan plan = Plan.freeze(RolloutOptions.NONE, List.of());
        Fact revision = GroupFacts.revision(GROUP, number, micros, "ann", null, GroupContent.NOTHING, null, plan, null);
        assertThat(this.facts.admits(revision)).isEqualTo(admitted);
        assertThat(this.facts.admits(RolloutFacts.policy(GROUP, number, micros, "ann", RolloutOptions.NONE)))
            .isEqualTo(admitted);
        assertThat(this.facts.admits(RolloutFacts.complete(GroupFacts.revision(revision), GroupContent.NOTHING)))
            .isEqualTo(admitted);
    }

}
