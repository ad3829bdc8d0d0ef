package dev.muster.election;

import java.time.Duration;

import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What one voter answers, rule by rule. */
class ElectorTest extends ElectorBench {

    private boolean votesFor(MemberId candidate, long term) {
        return votesFor(candidate, term, LIST);
    }

    private boolean votesFor(MemberId candidate, long term, VoterList list) {
        Deeds deeds = this.elector.on(candidate, new ElectionMessage.Ballot(LINEAGE, term, list));
        ElectionMessage.Voted answer = (ElectionMessage.Voted) deeds.letters().get(0).message();
        // A vote is on disk before it is heard of, and what is refused changes nothing.
        assertThat(deeds.save().isPresent()).isEqualTo(answer.yes());
        return answer.yes();
    }

    private boolean accepts(MemberId leader, long term) {
        Deeds deeds = this.elector.on(leader, new ElectionMessage.Renew(LINEAGE, term, 1, LIST));
        return ((ElectionMessage.Renewed) deeds.letters().get(0).message()).accepted();
    }

    @Test
    void nobodyIsGivenAVoteForOneLeaseAfterAStart() {
        pass(3_999);
        assertThat(votesFor(BOB, 4)).isFalse();
        pass(1);
        assertThat(votesFor(BOB, 4)).isTrue();
    }

    @Test
    void oneIsGivenTheVoteOfATermAndNobodyThatOfAnEarlierOne() {
        pass(4_000);
        assertThat(votesFor(BOB, 5)).isTrue();
        assertThat(votesFor(CAROL, 5)).isFalse();
        assertThat(votesFor(CAROL, 4)).isFalse();
        assertThat(votesFor(CAROL, 6)).isTrue();
        this.elector = started(this.elector.record());
        pass(4_000);
        assertThat(votesFor(BOB, 6)).as("also after a start").isFalse();
    }

    @Test
    void nobodyElseIsElectedBeforeTheLeaseThatWasGrantedIsOver() {
        pass(4_000);
        assertThat(accepts(BOB, 4)).isTrue();
        pass(3_999);
        assertThat(votesFor(CAROL, 5)).isFalse();
        assertThat(votesFor(BOB, 5)).as("whoever has the lease may take a later term").isTrue();
        pass(1);
        assertThat(votesFor(CAROL, 6)).isTrue();
    }

    @Test
    void aLeaderOfAnEarlierTermIsRefused() {
        pass(4_000);
        assertThat(votesFor(CAROL, 9)).isTrue();
        assertThat(accepts(BOB, 8)).isFalse();
        assertThat(accepts(CAROL, 9)).isTrue();
    }

    @Test
    void whoStandsByAnOlderListIsNotElected() {
        pass(4_000);
        this.elector.on(BOB, new ElectionMessage.Renew(LINEAGE, 4, 1, LIST.inTerm(4)));
        pass(4_000);
        assertThat(votesFor(CAROL, 5)).isFalse();
        assertThat(votesFor(CAROL, 5, LIST.inTerm(4))).isTrue();
    }

    @Test
    void whoHasAnotherSeatThanTheListSaysIsNoVoter() {
        this.elector = started(VoteRecord.blank(77));
        pass(4_000);
        Deeds deeds = this.elector.on(BOB, new ElectionMessage.Ballot(LINEAGE, 4, LIST));
        assertThat(deeds.letters()).isEmpty();
        assertThat(accepts(BOB, 4)).as("it follows").isTrue();
        assertThat(this.elector.standing().voter()).isFalse();
    }

    @Test
    void whoMayNotLeadAnyLongerIsNotElectedByVotesThatWereUnderWay() {
        this.elector.able(true, 0);
        pass(5_000);
        ElectionMessage.Poll poll = said(this.elector.tick(), ElectionMessage.Poll.class).get(0);
        this.elector.on(ME, new ElectionMessage.Polled(LINEAGE, poll.number(), true, 1, 3, 0, true, null));
        this.elector.on(BOB, new ElectionMessage.Polled(LINEAGE, poll.number(), true, 2, 3, 0, false, null));
        ElectionMessage.Ballot ballot = said(
                this.elector.on(CAROL, new ElectionMessage.Polled(LINEAGE, poll.number(), true, 3, 3, 0, false, null)),
                ElectionMessage.Ballot.class)
            .get(0);
        this.elector.able(false, 0);
        for (Voter voter : LIST.voters()) {
            Deeds voted = this.elector.on(voter.member(),
                    new ElectionMessage.Voted(LINEAGE, ballot.term(), true, voter.seat(), ballot.term()));
            assertThat(said(voted, ElectionMessage.Renew.class)).isEmpty();
        }
        assertThat(this.elector.standing().leader()).isEmpty();
    }

    @Test
    void aLeaderCountsFromWhatItSentAndStopsAtThreeQuarters() {
        ElectionMessage.Renew round = lead();
        pass(1_000);
        answer(round);
        assertThat(this.elector.standing().leaseEnd()).isEqualTo(this.now.plusMillis(2_000));
        pass(1_999);
        assertThat(this.elector.standing().leading()).isTrue();
        pass(1);
        assertThat(this.elector.standing().leading()).isFalse();
    }

    @Test
    void aLeaderWhoseClocksComeApartStops() {
        ElectionMessage.Renew round = lead();
        answer(round);
        this.wallAhead = Duration.ofMillis(1_000);
        assertThat(this.elector.standing().leading()).isTrue();
        this.wallAhead = Duration.ofMillis(1_001);
        assertThat(this.elector.standing().leading()).isFalse();
    }

}
