package dev.muster.election;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a member, and of a leader, that hears of another lineage or term. */
class MeetingLineagesTest extends ElectorBench {

    /** The older of two that were founded. */
    private static final Lineage GREATER = new Lineage(1, 900, 1);

    private static final Lineage LOWER = new Lineage(1, 1_100, 9);

    private static final VoterList THEIRS = new VoterList(2, 1, List.of(new Voter(BOB, 2), new Voter(CAROL, 3)));

    private Deeds hears(Lineage lineage, long term) {
        return this.elector.on(BOB, new ElectionMessage.Renew(lineage, term, 1, THEIRS));
    }

    @Test
    void theLeaderOfAGreaterLineageIsFollowedAndTheTermIsNotForgotten() {
        pass(4_000);
        Deeds deeds = hears(GREATER, 2);
        assertThat(deeds.save()).hasValueSatisfying((record) -> {
            assertThat(record.lineage()).isEqualTo(GREATER);
            assertThat(record.list()).isEqualTo(THEIRS);
            assertThat(record.term()).isEqualTo(3);
        });
        assertThat(said(deeds, ElectionMessage.Renewed.class)).singleElement().satisfies((answer) -> {
            assertThat(answer.accepted()).as("its term is lower than one known").isFalse();
            assertThat(answer.term()).isEqualTo(3);
        });
        assertThat(this.elector.standing().voter()).isFalse();
        assertThat(said(hears(GREATER, 4), ElectionMessage.Renewed.class)).singleElement()
            .matches(ElectionMessage.Renewed::accepted);
        assertThat(this.elector.standing().leader()).contains(BOB);
    }

    @Test
    void theLeaderOfALowerOneIsToldOfThisOneAndNotFollowed() {
        pass(4_000);
        Deeds deeds = hears(LOWER, 9);
        assertThat(deeds.save()).isEmpty();
        assertThat(deeds.letters()).containsExactly(new Letter(BOB, new ElectionMessage.Known(LINEAGE)));
        assertThat(this.elector.standing().leader()).isEmpty();
    }

    @Test
    void whereNobodyLeadsForLongTheLeaderOfALowerOneIsFollowedFromAnotherSeat() {
        pass(12_000);
        hears(LOWER, 9);
        assertThat(this.elector.record().lineage()).as("an election may take that long").isEqualTo(LINEAGE);
        pass(1);
        Deeds deeds = hears(LOWER, 9);
        assertThat(deeds.save()).hasValueSatisfying((record) -> {
            assertThat(record.lineage()).isEqualTo(LOWER);
            assertThat(record.term()).isEqualTo(9);
            assertThat(record.seat()).as("what it promised there it does not remember").isNotEqualTo(1);
        });
        assertThat(this.elector.standing().leader()).contains(BOB);
        Deeds again = this.elector.on(CAROL, new ElectionMessage.Renew(LINEAGE, 10, 1, LIST));
        assertThat(again.save()).hasValueSatisfying((record) -> assertThat(record.lineage()).isEqualTo(LINEAGE));
        assertThat(this.elector.standing().voter()).as("nobody's voter until the leader lets it in").isFalse();
    }

    @Test
    void whoeverHeardALeaderOfItsOwnGoesBackNoSooner() {
        pass(11_000);
        this.elector.on(CAROL, new ElectionMessage.Renew(LINEAGE, 4, 1, LIST));
        pass(12_000);
        hears(LOWER, 9);
        assertThat(this.elector.record().lineage()).isEqualTo(LINEAGE);
        pass(1);
        hears(LOWER, 9);
        assertThat(this.elector.record().lineage()).isEqualTo(LOWER);
    }

    @Test
    void aLineageThatPeopleMadeIsNotLeftForOneBefore() {
        Lineage recovered = LINEAGE.recovered(5_000, 2);
        this.elector = started(new VoteRecord(1, recovered, LIST, 3, null));
        pass(600_000);
        hears(LOWER, 9);
        assertThat(this.elector.record().lineage()).isEqualTo(recovered);
    }

    @Test
    void aRecoveredLineageIsAboveEveryOneThatWasFounded() {
        pass(4_000);
        hears(GREATER, 4);
        Lineage recovered = LOWER.recovered(5_000, 2);
        hears(recovered, 5);
        assertThat(this.elector.record().lineage()).isEqualTo(recovered);
    }

    @Test
    void aLeaderOfTheLowerOneStepsDown() {
        answer(lead());
        hears(GREATER, 2);
        assertThat(this.elector.standing().leading()).isFalse();
        pass(1_000);
        assertThat(said(this.elector.tick(), ElectionMessage.Renew.class)).isEmpty();
        assertThat(this.elector.record().lineage()).isEqualTo(GREATER);
    }

    @Test
    void aLeaderOfTheGreaterOneGoesOn() {
        answer(lead());
        hears(LOWER, 9);
        assertThat(this.elector.standing().leading()).isTrue();
    }

    @Test
    void aLeaderThatHearsOfALaterTermStandsForOneAboveThatAndLeadsMeanwhile() {
        ElectionMessage.Renew round = lead();
        answer(round);
        Deeds deeds = this.elector.on(CAROL, new ElectionMessage.Renewed(LINEAGE, 9, round.round(), false, 3, 3, 2));
        assertThat(said(deeds, ElectionMessage.Ballot.class)).singleElement()
            .satisfies((ballot) -> assertThat(ballot.term()).isEqualTo(10));
        assertThat(deeds.save()).hasValueSatisfying((record) -> {
            assertThat(record.term()).isEqualTo(10);
            assertThat(record.votedFor()).isEqualTo(ME);
        });
        assertThat(this.elector.standing().leading()).isTrue();
        this.elector.on(ME, new ElectionMessage.Voted(LINEAGE, 10, true, 1, 10));
        Deeds won = this.elector.on(BOB, new ElectionMessage.Voted(LINEAGE, 10, true, 2, 10));
        assertThat(said(won, ElectionMessage.Renew.class)).singleElement()
            .satisfies((renewal) -> assertThat(renewal.term()).isEqualTo(10));
        assertThat(this.elector.standing().leading()).as("the lease of the term before lasts").isTrue();
    }

    @Test
    void whoBelongsToOneInWhichNobodyWasElectedFollowsAnyLeader() {
        this.elector = started(new VoteRecord(1, LINEAGE, VoterList.founding(LIST.voters()), 0, null));
        hears(LOWER, 2);
        assertThat(this.elector.record().lineage()).isEqualTo(LOWER);
    }

    @Test
    void votersThatWereNamedAnewDoNotGoBackToALeaderOfTheOnesBefore() {
        pass(4_000);
        Lineage recovered = LINEAGE.recovered(5_000, 2);
        this.elector.recover(recovered, List.of(new Voter(ME, 1)), 1_003);
        Deeds deeds = hears(LINEAGE, 1_004);
        assertThat(deeds.letters()).containsExactly(new Letter(BOB, new ElectionMessage.Known(recovered)));
        assertThat(this.elector.record().lineage()).isEqualTo(recovered);
        // Nobody is elected in it yet, so whoever is elsewhere in as late a one is
        // followed.
        Lineage other = LINEAGE.recovered(5_001, 3);
        hears(other, 1_004);
        assertThat(this.elector.record().lineage()).isEqualTo(other);
    }

    @Test
    void aLeaderWithoutAMajoritySaysNothingMore() {
        ElectionMessage.Renew round = lead();
        answer(round);
        pass(2_000);
        assertThat(said(this.elector.tick(), ElectionMessage.Renew.class)).hasSize(1);
        pass(1_000);
        assertThat(this.elector.standing().leading()).isFalse();
        assertThat(said(this.elector.tick(), ElectionMessage.Renew.class))
            .as("what it says would keep others from electing one")
            .isEmpty();
        this.elector.on(BOB, new ElectionMessage.Renewed(LINEAGE, round.term(), round.round(), true, 2, 4, 2));
        assertThat(this.elector.standing().leading()).as("what comes too late").isFalse();
    }

}
