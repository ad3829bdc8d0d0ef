package dev.muster.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class ClaimTest {

    private static final Claim.Change CHANGE = new Claim.Change(6379, 2112, "1-3f9a1c02", true, false);

    private static final Sight OLD = sight(100, "", 6379);

    private static final Sight NEW = sight(200, "1-3f9a1c02", 2112);

    private static Sight sight(long pid, String revision, int... ports) {
        List<Redis> answers = new ArrayList<>();
        for (int port : ports) {
            answers.add(new Redis(port, pid));
        }
        return new Sight(OptionalLong.of(pid), answers, revision);
    }

    private static Map<Member, Story> stories(Map<Member, Sight> otherwise) {
        Map<Member, Story> stories = new LinkedHashMap<>();
        Map<Member, Sight> after = new LinkedHashMap<>(
                Map.of(Member.A, NEW, Member.B, NEW, Member.C, OLD, Member.D, OLD));
        after.putAll(otherwise);
        Member.ALL.forEach((member) -> stories.put(member,
                new Story(member, "127.77.1." + member.number(), OLD, after.get(member))));
        return stories;
    }

    private static List<String> broken(Map<Member, Sight> otherwise, Claim.Change change) {
        return Claim.of(stories(otherwise), change).stream().filter((claim) -> !claim.held()).map(Claim::text).toList();
    }

    @Test
    void aChangeThatReachedItsGroupAndNobodyElseHolds() {
        assertThat(broken(Map.of(), CHANGE)).isEmpty();
    }

    static Stream<Arguments> whatBreaksAClaim() {
        return Stream.of(Arguments.of("a kept its process", Member.A, sight(100, "1-3f9a1c02", 2112), "Redis of a"),
                Arguments.of("b stayed on its port", Member.B, sight(200, "1-3f9a1c02", 6379), "Redis of b"),
                Arguments.of("b listens on both ports", Member.B, sight(200, "1-3f9a1c02", 6379, 2112), "Redis of b"),
                Arguments.of("nothing answers on b", Member.B, sight(200, "1-3f9a1c02"), "Redis of b"),
                Arguments.of("another process than the Supervisor's answers", Member.A,
                        new Sight(OptionalLong.of(200), List.of(new Redis(2112, 201)), "1-3f9a1c02"), "Redis of a"),
                Arguments.of("b runs another revision", Member.B, sight(200, "2-00000000", 2112), "One command"),
                Arguments.of("c was restarted", Member.C, sight(101, "", 6379), "c, in redis.dev"),
                Arguments.of("c took the change", Member.C, sight(100, "1-3f9a1c02", 6379), "c, in redis.dev"),
                Arguments.of("d was restarted", Member.D, sight(101, "", 6379), "d, in redis.prod"),
                Arguments.of("d was changed", Member.D, sight(200, "", 2112), "d, in redis.prod"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatBreaksAClaim")
    void oneMemberThatDidSomethingElseBreaksItsClaim(String what, Member member, Sight after, String claim) {
        assertThat(broken(Map.of(member, after), CHANGE)).singleElement().asString().startsWith(claim);
    }

    @Test
    void aRevisionThatIsKnownOutsideItsRingBreaksAClaim() {
        assertThat(broken(Map.of(), new Claim.Change(6379, 2112, "1-3f9a1c02", true, true))).singleElement()
            .asString()
            .startsWith("d does not know");
    }

    @Test
    void aCommandThatDoesNotSayThatAllHaveItBreaksAClaim() {
        assertThat(broken(Map.of(), new Claim.Change(6379, 2112, "1-3f9a1c02", false, false))).singleElement()
            .asString()
            .startsWith("One command");
    }

    @Test
    void aReportSaysWhatChangedAndHoldsOnlyAsAWhole() {
        Map<Member, Story> stories = stories(Map.of(Member.C, sight(101, "", 6379)));
        Report report = new Report("127.77.1", List.copyOf(stories.values()), Claim.of(stories, CHANGE));
        assertThat(report.held()).isFalse();
        assertThat(report.text())
            .containsPattern("a +127\\.77\\.1\\.2 +redis\\.prod +6379 -> 2112 +100 -> 200 +- -> 1-3f9a1c02")
            .containsPattern("d +127\\.77\\.1\\.5 +redis\\.prod +6379 +100 +-")
            .contains("ok      Redis of a", "FAILED  c, in redis.dev");
        assertThat(report.json(null)).contains("\"held\" : false", "\"port\" : 2112", "\"revision\" : null");
    }

}
