package dev.muster.election;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * When a member stands for election, and how it fares: it asks who would agree, lets a
 * better one go first, and then asks for votes.
 */
final class Campaign {

    /** How often in a row it lets a better one go first. */
    private static final int MOST_DEFERRALS = 2;

    private final MemberId self;

    private final ElectionTimings timings;

    private final RandomGenerator random;

    private final Papers papers;

    private final Promises promises;

    private @Nullable Candidacy candidacy;

    private boolean willing;

    private long suitability;

    private long polls;

    private int deferrals;

    /** The greatest term that somebody has told of. */
    private long termSeen;

    private Duration standAt;

    /**
     * @param standAt not before, by the uptime
     */
    Campaign(MemberId self, ElectionTimings timings, RandomGenerator random, Papers papers, Promises promises,
            Duration standAt) {
        this.self = self;
        this.timings = timings;
        this.random = random;
        this.papers = papers;
        this.promises = promises;
        this.standAt = standAt;
    }

    /** Whether the member's service may lead, and how suitable it is. */
    void able(boolean mayLead, long howSuitable) {
        this.willing = mayLead;
        this.suitability = howSuitable;
        if (!mayLead) {
            // It could win with votes that are under way, and nobody would act.
            this.candidacy = null;
        }
    }

    boolean willing() {
        return this.willing;
    }

    long suitability() {
        return this.suitability;
    }

    boolean stands() {
        return this.candidacy != null;
    }

    void giveWay() {
        this.candidacy = null;
    }

    /** Somebody knows of that term. */
    void seen(long term) {
        this.termSeen = Math.max(this.termSeen, term);
    }

    /** Not before that time, and then at a moment by lot within {@code spread} of it. */
    void waitUntil(Duration earliest, Duration spread) {
        this.standAt = earliest.plus(Duration.ofMillis(this.random.nextLong(spread.toMillis() + 1)));
    }

    /** As soon as it may. */
    void hurry(Moment now) {
        this.standAt = now.uptime();
    }

    /** Somebody leads, so the next time nobody is let go first. */
    void over() {
        this.deferrals = 0;
    }

    /** Time has passed. */
    void tick(Moment now) {
        Candidacy current = this.candidacy;
        if (current == null) {
            begin(now);
        }
        else if (current.asks() && current.olderThan(this.timings.answers(), now.uptime())) {
            decide(current, now);
        }
        else if (current.olderThan(this.timings.renewal(), now.uptime())) {
            giveUp(now);
        }
    }

    private void begin(Moment now) {
        VoterList list = this.papers.list();
        if (list != null && this.papers.votes() && this.willing && this.promises.allow(this.self, now)
                && now.uptime().compareTo(this.standAt) >= 0) {
            Candidacy fresh = new Candidacy(++this.polls, list, now.uptime());
            this.candidacy = fresh;
            ElectionMessage poll = new ElectionMessage.Poll(this.papers.lineage(), nextTerm(), fresh.number(), list);
            list.members().forEach((member) -> this.papers.send(member, poll));
        }
    }

    private void giveUp(Moment now) {
        this.candidacy = null;
        waitUntil(now.uptime().plus(this.timings.answers()), this.timings.answers());
    }

    private long nextTerm() {
        return Math.max(this.termSeen, this.papers.record().term()) + 1;
    }

    /** Enough have answered, or enough time has passed. */
    private void decide(Candidacy current, Moment now) {
        if (!current.agreed()) {
            giveUp(now);
        }
        else if (current.betterOne() && this.deferrals < MOST_DEFERRALS) {
            this.deferrals++;
            this.candidacy = null;
            this.standAt = now.uptime().plus(this.timings.answers().multipliedBy(2));
        }
        else {
            ballot(current, now);
        }
    }

    /** One that leads stands for a later term by this list, and asks nobody first. */
    void standAgain(VoterList list, Moment now) {
        Candidacy next = new Candidacy(++this.polls, list, now.uptime());
        this.candidacy = next;
        ballot(next, now);
    }

    private void ballot(Candidacy current, Moment now) {
        if (!this.promises.allow(this.self, now)) {
            giveUp(now);
            return;
        }
        long term = nextTerm();
        current.stand(term);
        VoterList list = this.papers.list();
        if (list == null) {
            throw new IllegalStateException("A member without voters does not stand");
        }
        this.papers.keep(this.papers.record().votingFor(this.self, term));
        ElectionMessage ballot = new ElectionMessage.Ballot(this.papers.lineage(), term, list);
        list.members().forEach((member) -> this.papers.send(member, ballot));
    }

    /** Somebody in this member's lineage has said whether it would agree. */
    void on(MemberId from, ElectionMessage.Polled answer, Moment now) {
        Candidacy current = this.candidacy;
        if (current == null || !current.asks() || current.number() != answer.number()) {
            return;
        }
        boolean better = answer.eligible() && !from.equals(this.self) && (answer.suitability() > this.suitability
                || (answer.suitability() == this.suitability && from.compareTo(this.self) > 0));
        current.answered(from, answer, better);
        if (current.everybodyAnswered()) {
            decide(current, now);
        }
    }

    /**
     * Somebody has answered a ballot.
     * @return the term that is won by it; empty while it is not
     */
    Optional<Long> on(MemberId from, ElectionMessage.Voted vote) {
        seen(vote.ownTerm());
        Candidacy current = this.candidacy;
        if (current == null || current.asks() || current.term() != vote.term() || !this.papers.mine(vote.lineage())
                || !vote.yes()) {
            return Optional.empty();
        }
        current.voted(new Voter(from, vote.seat()));
        if (!current.won()) {
            return Optional.empty();
        }
        this.candidacy = null;
        return (this.papers.record().term() == current.term()) ? Optional.of(current.term()) : Optional.empty();
    }

}
