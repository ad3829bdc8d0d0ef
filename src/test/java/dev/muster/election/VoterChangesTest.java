package dev.muster.election;

import java.util.List;
import java.util.Set;

import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How a leader changes the list of voters. */
class VoterChangesTest extends ElectorBench {

    private static final MemberId DAVE = member('d');

    private static final MemberId ERIN = member('e');

    private static final VoterList FOUR = LIST.with(new Voter(DAVE, 4));

    /** What the leader says next, a second later. */
    private VoterList next() {
        pass(1_000);
        List<ElectionMessage.Renew> rounds = said(this.elector.tick(), ElectionMessage.Renew.class);
        assertThat(rounds).as("one round").hasSize(1);
        this.round = rounds.get(0);
        this.elector.on(ME, this.round).letters().forEach((letter) -> this.elector.on(ME, letter.message()));
        return this.round.list();
    }

    private ElectionMessage.Renew round;

    private void has(MemberId from, long seat, VoterList list) {
        this.elector.on(from, new ElectionMessage.Renewed(LINEAGE, this.round.term(), this.round.round(), true, seat,
                list.term(), list.number()));
    }

    private void sees(Set<MemberId> present, Set<MemberId> withdrawn) {
        this.elector.sees(new Company(present, withdrawn, false));
    }

    private VoterList leadsWith(VoterList list) {
        this.elector = started(new VoteRecord(1, LINEAGE, list, 3, null));
        this.round = lead();
        this.elector.on(ME, this.round).letters().forEach((letter) -> this.elector.on(ME, letter.message()));
        return this.round.list();
    }

    @Test
    void theListIsNotChangedBeforeAMajorityHasItInTheLeadersOwnTerm() {
        VoterList said = leadsWith(LIST);
        assertThat(said).isEqualTo(LIST.inTerm(4));
        sees(Set.of(ME, BOB, CAROL, DAVE), Set.of());
        has(DAVE, 4, said);
        has(BOB, 2, LIST);
        assertThat(this.elector.standing().leading()).isTrue();
        assertThat(this.elector.standing().confirmed()).isFalse();
        assertThat(next()).as("BOB has said that of the term before").isEqualTo(said);
        has(DAVE, 4, said);
        has(BOB, 2, said);
        assertThat(next()).isEqualTo(said.with(new Voter(DAVE, 4)));
    }

    @Test
    void oneVoterIsLetInAtATimeAndTheNextWhenThatHolds() {
        VoterList said = leadsWith(LIST);
        sees(Set.of(ME, BOB, CAROL, DAVE, ERIN), Set.of());
        has(DAVE, 4, said);
        has(ERIN, 5, said);
        has(BOB, 2, said);
        VoterList four = next();
        assertThat(four.voters()).hasSize(4);
        has(ERIN, 5, four);
        has(BOB, 2, four);
        assertThat(next()).as("two of four have it").isEqualTo(four);
        has(ERIN, 5, four);
        has(BOB, 2, four);
        has(DAVE, 4, four);
        assertThat(next()).isEqualTo(four.with(new Voter(ERIN, 5)));
    }

    @Test
    void whoHasDepartedIsTakenOutAndTheListHoldsWithAMajorityOfTheOneBefore() {
        VoterList said = leadsWith(FOUR);
        sees(Set.of(ME, BOB, CAROL), Set.of(DAVE));
        has(BOB, 2, said);
        has(CAROL, 3, said);
        VoterList three = next();
        assertThat(three).isEqualTo(said.without(new Voter(DAVE, 4)));
        has(BOB, 2, three);
        assertThat(this.elector.standing().confirmed()).as("two of the four before").isFalse();
        has(CAROL, 3, three);
        assertThat(this.elector.standing().confirmed()).isTrue();
    }

    @Test
    void untilAShorterListHoldsALeaseNeedsAMajorityOfBoth() {
        VoterList said = leadsWith(FOUR);
        sees(Set.of(ME, BOB, CAROL), Set.of(DAVE));
        has(BOB, 2, said);
        has(CAROL, 3, said);
        VoterList three = next();
        var before = this.elector.standing().leaseEnd();
        has(BOB, 2, three);
        assertThat(this.elector.standing().leaseEnd()).isEqualTo(before);
        has(CAROL, 3, three);
        assertThat(this.elector.standing().leaseEnd()).isGreaterThan(before);
    }

    @Test
    void whoIsAwayStaysAndALeaderDoesNotTakeItselfOut() {
        VoterList said = leadsWith(LIST);
        sees(Set.of(ME, BOB), Set.of(ME));
        has(BOB, 2, said);
        assertThat(next()).isEqualTo(said);
    }

    @Test
    void whoComesWithAnotherSeatGivesUpTheOneItHadFirst() {
        VoterList said = leadsWith(LIST);
        has(BOB, 2, said);
        has(CAROL, 33, said);
        VoterList two = next();
        assertThat(two).isEqualTo(said.without(new Voter(CAROL, 3)));
        has(BOB, 2, two);
        has(CAROL, 33, two);
        assertThat(next()).as("the voters before decide too: CAROL's old seat is nobody")
            .isEqualTo(two.with(new Voter(CAROL, 33)));
    }

    /** Seeds 1536 and 2164 of the simulation. */
    @Test
    void noListIsMadeThatNobodyCouldDecideBy() {
        VoterList said = leadsWith(LIST);
        sees(Set.of(ME, CAROL), Set.of(BOB));
        has(BOB, 2, said);
        has(CAROL, 33, said);
        VoterList two = next();
        assertThat(two).as("CAROL's seat is nobody, and BOB answers until he is let go")
            .isEqualTo(said.without(new Voter(CAROL, 3)));
        has(BOB, 2, two);
        has(CAROL, 33, two);
        assertThat(next()).isEqualTo(two.without(new Voter(BOB, 2)));
    }

    @Test
    void twoVotersAreNotMadeOfOne() {
        VoterList one = leadsWith(new VoterList(3, 2, List.of(new Voter(ME, 1))));
        sees(Set.of(ME, BOB), Set.of());
        has(BOB, 2, one);
        assertThat(next()).isEqualTo(one);
        sees(Set.of(ME, BOB, CAROL), Set.of());
        has(BOB, 2, one);
        has(CAROL, 3, one);
        assertThat(next().voters()).hasSize(2);
    }

}
