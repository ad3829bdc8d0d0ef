package dev.muster.election;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

import dev.muster.rumor.MemberId;

import static org.assertj.core.api.Assertions.assertThat;

/** One voter of three, with clocks that a test moves. */
abstract class ElectorBench {

    static final Lineage LINEAGE = new Lineage(1, 1_000, 5);

    static final MemberId ME = member('a');

    static final MemberId BOB = member('b');

    static final MemberId CAROL = member('c');

    static final VoterList LIST = new VoterList(3, 2,
            List.of(new Voter(ME, 1), new Voter(BOB, 2), new Voter(CAROL, 3)));

    static final VoteRecord RECORD = new VoteRecord(1, LINEAGE, LIST, 3, null);

    Duration now = Duration.ofHours(1);

    Duration wallAhead = Duration.ZERO;

    Elector elector = started(RECORD);

    static MemberId member(char digit) {
        return new MemberId(String.valueOf(digit).repeat(32));
    }

    Elector started(VoteRecord record) {
        Elector fresh = new Elector("redis.prod", ME, ElectionTimings.DEFAULT, () -> this.now,
                () -> Instant.EPOCH.plus(this.now).plus(this.wallAhead), new Random(1), record, true, 3);
        fresh.sees(new Company(Set.of(ME, BOB, CAROL), Set.of(), false));
        return fresh;
    }

    void pass(long millis) {
        this.now = this.now.plusMillis(millis);
    }

    /** Two of three answer. */
    void answer(ElectionMessage.Renew round) {
        this.elector.on(ME, round).letters().forEach((letter) -> this.elector.on(ME, letter.message()));
        assertThat(this.elector.standing().leading()).as("one of three is no majority").isFalse();
        this.elector.on(BOB, new ElectionMessage.Renewed(LINEAGE, round.term(), round.round(), true, 2,
                round.list().term(), round.list().number()));
        assertThat(this.elector.standing().leading()).isTrue();
    }

    /** What it says, each kind of it once. */
    static <T> List<T> said(Deeds deeds, Class<T> kind) {
        return deeds.letters()
            .stream()
            .map(Letter::message)
            .filter(kind::isInstance)
            .map(kind::cast)
            .distinct()
            .toList();
    }

    /** Elected; returns the first round. */
    ElectionMessage.Renew lead() {
        this.elector.able(true, 0);
        pass(5_000);
        ElectionMessage.Poll poll = (ElectionMessage.Poll) this.elector.tick().letters().get(0).message();
        List<Voter> voters = poll.list().voters();
        List<ElectionMessage.Ballot> ballots = List.of();
        for (Voter voter : voters) {
            Deeds stands = this.elector.on(voter.member(),
                    new ElectionMessage.Polled(LINEAGE, poll.number(), true, voter.seat(), 3, 0, false, null));
            ballots = said(stands, ElectionMessage.Ballot.class);
            assertThat(stands.save().isPresent()).isEqualTo(!ballots.isEmpty());
        }
        long term = ballots.get(0).term();
        for (Voter voter : voters) {
            Deeds voted = this.elector.on(voter.member(),
                    new ElectionMessage.Voted(LINEAGE, term, true, voter.seat(), term));
            if (!voted.letters().isEmpty()) {
                assertThat(voted.save()).isPresent();
                return said(voted, ElectionMessage.Renew.class).get(0);
            }
        }
        throw new AssertionError("All votes elect nobody");
    }

}
