package dev.muster.election;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.muster.rumor.MemberId;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What one voter answers, rule by rule. */
class ElectorTest {

    private static final Lineage LINEAGE = new Lineage(1, 1_000, 5);

    private static final MemberId ME = member('a');

    private static final MemberId BOB = member('b');

    private static final MemberId CAROL = member('c');

    private static final VoterList LIST = new VoterList(3, 2,
            List.of(new Voter(ME, 1), new Voter(BOB, 2), new Voter(CAROL, 3)));

    private static final VoteRecord RECORD = new VoteRecord(1, LINEAGE, LIST, 3, null);

    private Duration now = Duration.ofHours(1);

    private Duration wallAhead = Duration.ZERO;

    private Elector elector = started(RECORD);

    private static MemberId member(char digit) {
        return new MemberId(String.valueOf(digit).repeat(32));
    }

    private Elector started(VoteRecord record) {
        Elector fresh = new Elector("redis.prod", ME, ElectionTimings.DEFAULT, () -> this.now,
                () -> Instant.EPOCH.plus(this.now).plus(this.wallAhead), new Random(1), record, true, 3);
        fresh.sees(new Company(Set.of(ME, BOB, CAROL), Set.of(), false));
        return fresh;
    }

    private void pass(long millis) {
        this.now = this.now.plusMillis(millis);
    }

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

    /** Two of three answer. */
    private void answer(ElectionMessage.Renew round) {
        this.elector.on(ME, round).letters().forEach((letter) -> this.elector.on(ME, letter.message()));
        assertThat(this.elector.standing().leading()).as("one of three is no majority").isFalse();
        this.elector.on(BOB, new ElectionMessage.Renewed(LINEAGE, round.term(), round.round(), true, 2,
                round.list().term(), round.list().number()));
        assertThat(this.elector.standing().leading()).isTrue();
    }

    /** Elected; returns the first round. */
    private ElectionMessage.Renew lead() {
        this.elector.able(true, 0);
        pass(5_000);
        ElectionMessage.Poll poll = (ElectionMessage.Poll) this.elector.tick().letters().get(0).message();
        Deeds stands = null;
        for (long seat = 1; seat <= 3; seat++) {
            stands = this.elector.on(List.of(ME, BOB, CAROL).get((int) seat - 1),
                    new ElectionMessage.Polled(LINEAGE, poll.number(), true, seat, 3, 0, false, null));
        }
        assertThat(stands.save()).isPresent();
        ElectionMessage.Ballot ballot = (ElectionMessage.Ballot) stands.letters().get(0).message();
        this.elector.on(ME, new ElectionMessage.Voted(LINEAGE, ballot.term(), true, 1, ballot.term()));
        Deeds won = this.elector.on(BOB, new ElectionMessage.Voted(LINEAGE, ballot.term(), true, 2, ballot.term()));
        assertThat(won.save()).isPresent();
        return (ElectionMessage.Renew) won.letters().get(0).message();
    }

}
