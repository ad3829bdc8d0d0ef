package dev.muster.group;

import java.util.Optional;
import java.util.OptionalLong;

import dev.muster.rumor.Hash;
import dev.muster.rumor.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DoorTest {

    private static final long NOW = 5_000;

    private static Revision revision(long number, long micros, String content) {
        return new Revision(GroupName.parse("redis.prod"),
                new Version(number, micros, "alice", Hash.parse("ab".repeat(32))), Optional.empty(), content,
                Optional.empty(), 10, Optional.empty(), Optional.empty());
    }

    @ParameterizedTest(name = "{0}, {1}, current {2}: {3}")
    @CsvSource(nullValues = "-", textBlock = """
            # asked for, content, current number, outcome
            -,                a, -, accept 1
            9,                a, -, accept 9
            -,                b, 7, accept 8
            8,                b, 7, accept 8
            700,              b, 7, accept 700
            8,                a, 7, accept 8
            9007199254740991, b, 7, accept 9007199254740991
            -,                a, 7, already
            7,                a, 7, already
            7,                b, 7, CONFLICT
            6,                a, 7, CONFLICT
            6,                b, 7, CONFLICT
            0,                b, 7, NUMBER_OUT_OF_RANGE
            -1,               b, 7, NUMBER_OUT_OF_RANGE
            9007199254740992, b, 7, NUMBER_OUT_OF_RANGE
            0,                a, -, NUMBER_OUT_OF_RANGE
            -,                b, 9007199254740991, NUMBER_OUT_OF_RANGE
            """)
    void theDoorDecides(Long number, String content, Long current, String outcome) {
        Optional<Revision> known = Optional.ofNullable(current).map((value) -> revision(value, 1_000, "a"));
        boolean same = known.filter((revision) -> revision.contentHash().equals(content)).isPresent();
        Door.Decision decision = Door.decide((number != null) ? OptionalLong.of(number) : OptionalLong.empty(), null,
                same, known, NOW);
        assertThat(word(decision)).isEqualTo(outcome);
    }

    private static String word(Door.Decision decision) {
        if (decision instanceof Door.Accept accept) {
            return "accept " + accept.number();
        }
        return (decision instanceof Door.Refuse refuse) ? refuse.reason().toString() : "already";
    }

    @Test
    void aRefusalSaysWhichNumberWouldDo() {
        Door.Decision decision = Door.decide(OptionalLong.of(7), null, false, Optional.of(revision(7, 1, "a")), NOW);
        assertThat(((Door.Refuse) decision).message()).contains("Number 7").contains("to get 8");
    }

    @Test
    void theRevisionThatMustBeCurrentMustBe() {
        Revision current = revision(7, 1, "a");
        assertThat(word(Door.decide(OptionalLong.empty(), current.id(), false, Optional.of(current), NOW)))
            .isEqualTo("accept 8");
        assertThat(word(Door.decide(OptionalLong.empty(), "6-00000000", false, Optional.of(current), NOW)))
            .isEqualTo("REVISION_MISMATCH");
        assertThat(word(Door.decide(OptionalLong.empty(), "6-00000000", false, Optional.empty(), NOW)))
            .isEqualTo("REVISION_MISMATCH");
    }

    @Test
    void aRevisionIsLaterThanItsBaseWhateverTheClockSays() {
        Door.Accept behind = (Door.Accept) Door.decide(OptionalLong.empty(), null, false,
                Optional.of(revision(7, NOW + 1_000_000, "a")), NOW);
        assertThat(behind.micros()).isEqualTo(NOW + 1_000_001);
        Door.Accept ahead = (Door.Accept) Door.decide(OptionalLong.empty(), null, false,
                Optional.of(revision(7, 1, "a")), NOW);
        assertThat(ahead.micros()).isEqualTo(NOW);
    }

}
