package dev.muster.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class StepsTest {

    private static final Step WELL = new Step("A leader is elected", "a is written to", Duration.ofMillis(1234), true);

    private static final Step ILL = new Step("It is replicated", "b does not answer", Duration.ofSeconds(30), false);

    static Stream<Arguments> walks() {
        return Stream.of(Arguments.of(List.of(WELL, WELL), 2, true), Arguments.of(List.of(WELL), 2, false),
                Arguments.of(List.of(WELL, ILL), 2, false), Arguments.of(List.of(), 1, false));
    }

    @ParameterizedTest
    @MethodSource("walks")
    void onlyAWalkToItsEndWhereEverythingHeldHolds(List<Step> steps, int planned, boolean held) {
        assertThat(new Steps("127.77.1", steps, planned).held()).isEqualTo(held);
    }

    @Test
    void eachStepSaysWhatItSawAndHowLongItTook() {
        String text = new Steps("127.77.1", List.of(WELL, ILL), 5).text();
        assertThat(text).containsSubsequence("ok", "1.2 s", "A leader is elected", "a is written to", "FAILED",
                "30.0 s", "It is replicated", "b does not answer", "3 more not tried");
    }

    @Test
    void programsAreToldTheSame() {
        JsonNode tree = JsonMapper.builder()
            .build()
            .readTree(new Steps("127.77.1", List.of(WELL), 1).json(Map.of("directory", "/x")));
        assertThat(tree.get("held").asBoolean()).isTrue();
        assertThat(tree.get("steps").get(0).get("seconds").asDouble()).isEqualTo(1.234);
        assertThat(tree.get("steps").get(0).get("saw").asString()).isEqualTo("a is written to");
        assertThat(tree.get("kept").get("directory").asString()).isEqualTo("/x");
    }

    private static final Optional<Member> NOBODY = Optional.empty();

    private static final Optional<Member> B = Optional.of(Member.VOTERS.get(1));

    private static final Duration SOON = Duration.ofSeconds(2);

    private static final Duration LATER = Duration.ofSeconds(4);

    @Test
    void aLeaderThatFollowsAStoppedOneIsASuccession() {
        Succession seen = new Succession();
        seen.look(NOBODY, true, Duration.ZERO);
        assertThat(seen.complete()).isFalse();
        seen.look(NOBODY, false, SOON);
        assertThat(seen.complete()).isFalse();
        seen.look(B, false, LATER);
        assertThat(seen.held()).isTrue();
        assertThat(seen.gone()).contains(SOON);
        assertThat(seen.taken()).contains(LATER);
        assertThat(seen.next()).isEqualTo(B);
    }

    @Test
    void twoAtOneMomentAreNoneHoweverItGoesOn() {
        Succession seen = new Succession();
        seen.look(B, true, SOON);
        seen.look(B, false, LATER);
        assertThat(seen.complete()).isTrue();
        assertThat(seen.two()).isTrue();
        assertThat(seen.held()).isFalse();
    }

}
