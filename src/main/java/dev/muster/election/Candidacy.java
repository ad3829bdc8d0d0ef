package dev.muster.election;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import dev.muster.rumor.MemberId;

/**
 * One attempt to become the leader: first everybody is asked whether they would agree,
 * which changes nothing and shows who else would stand; then they are asked to vote.
 */
final class Candidacy {

    private final long number;

    private final VoterList list;

    private final Duration since;

    private final Set<Voter> answers = new HashSet<>();

    private final Set<Voter> agree = new HashSet<>();

    private final Set<Voter> votes = new HashSet<>();

    /** In which it stands; 0 while it only asks. */
    private long term;

    private boolean betterOne;

    Candidacy(long number, VoterList list, Duration since) {
        this.number = number;
        this.list = list;
        this.since = since;
    }

    long number() {
        return this.number;
    }

    long term() {
        return this.term;
    }

    boolean asks() {
        return this.term == 0;
    }

    void stand(long inTerm) {
        this.term = inTerm;
    }

    /**
     * @param better whether the one who answers would stand, and should rather
     */
    void answered(MemberId from, ElectionMessage.Polled answer, boolean better) {
        Voter voter = new Voter(from, answer.seat());
        if (this.list.has(voter) && this.answers.add(voter) && answer.yes()) {
            this.agree.add(voter);
            this.betterOne |= better;
        }
    }

    void voted(Voter voter) {
        this.votes.add(voter);
    }

    boolean agreed() {
        return this.list.isMajority(this.agree);
    }

    boolean everybodyAnswered() {
        return this.answers.size() == this.list.voters().size();
    }

    boolean won() {
        return this.list.isMajority(this.votes);
    }

    boolean betterOne() {
        return this.betterOne;
    }

    boolean olderThan(Duration age, Duration now) {
        return now.minus(this.since).compareTo(age) >= 0;
    }

}
