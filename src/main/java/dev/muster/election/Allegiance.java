package dev.muster.election;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a member follows, or that it leads itself: in which lineage, by which list of
 * voters, and for whom it votes.
 */
final class Allegiance {

    private static final Logger log = LoggerFactory.getLogger(Allegiance.class);

    private final String group;

    private final MemberId self;

    private final ElectionTimings timings;

    private final Papers papers;

    private final Promises promises;

    private final Campaign campaign;

    private @Nullable Leader leader;

    private @Nullable Leadership leadership;

    private Company company = Company.NONE;

    /** Since when nobody leads its lineage, as far as it has heard. */
    private Duration unled;

    /** The term it led last, of which its process may not have heard yet. */
    private @Nullable Long unreleased;

    Allegiance(String group, MemberId self, ElectionTimings timings, Papers papers, Promises promises,
            Campaign campaign, Duration uptime) {
        this.group = group;
        this.self = self;
        this.timings = timings;
        this.papers = papers;
        this.promises = promises;
        this.campaign = campaign;
        this.unled = uptime;
    }

    /** First of all, before anything is decided: whether the lease has ended. */
    void look(Moment now) {
        if (this.leadership != null && this.leadership.over(now)) {
            stepDown(now.uptime().compareTo(this.leadership.lease().end()) < 0
                    ? "its clocks came apart, the machine may have been suspended"
                    : "no majority of its voters has answered in time", now);
        }
    }

    /** Time has passed. */
    void tick(Moment now) {
        if (this.leadership != null) {
            this.unled = now.uptime();
            lead(this.leadership, now);
        }
        if (this.leadership == null || this.campaign.stands()) {
            this.campaign.tick(now);
        }
    }

    Company company() {
        return this.company;
    }

    void sees(Company others) {
        this.company = others;
    }

    /** The process acts as leader no longer. */
    void released() {
        Lineage lineage = this.papers.record().lineage();
        if (this.leadership == null && this.unreleased != null && lineage != null) {
            ElectionMessage word = new ElectionMessage.Resigned(lineage, this.unreleased);
            audience().forEach((member) -> this.papers.send(member, word));
            this.unreleased = null;
        }
    }

    /** People have named other voters: whoever was promised anything, is not any more. */
    void recover(Lineage lineage, VoterList list, long atLeast, Moment now) {
        join(lineage, list, atLeast, now);
        this.promises.drop();
        this.campaign.hurry(now);
    }

    /**
     * How things stand now.
     * @param unfounded what is waited for where the member belongs to no lineage
     */
    ElectionStanding standing(String unfounded, Moment now) {
        Optional<VoterList> list = Optional.ofNullable(this.papers.list());
        boolean leads = this.leadership != null && this.leadership.holdsLease(now);
        Optional<MemberId> known = Optional.ofNullable(this.leader).map(Leader::member);
        if (this.leader != null && this.leader.member.equals(this.self) && !leads) {
            known = Optional.empty();
        }
        ElectionStanding.Phase phase = phase(now, leads);
        String note = switch (phase) {
            case FINISHED -> "";
            case NONE -> unfounded;
            case NO_QUORUM -> "for a majority of its voters: " + list.map(this::presence).orElse("none is known");
            case RUNNING -> "for its voters to elect a leader";
        };
        return new ElectionStanding(phase, Optional.ofNullable(this.papers.record().lineage()),
                (this.leader != null && phase == ElectionStanding.Phase.FINISHED) ? this.leader.term
                        : this.papers.record().term(),
                known, leads, leads ? this.leadership.lease().end() : Duration.ZERO, list,
                this.leadership != null && this.leadership.confirmed(), this.papers.votes(), note);
    }

    private String presence(VoterList list) {
        long there = list.members().stream().filter(this.company.present()::contains).count();
        long left = list.members().stream().filter(this.company.withdrawn()::contains).count();
        String lost = (list.voters().size() - left >= list.majority()) ? ""
                : "; " + left + ((left == 1) ? " has" : " have")
                        + " left the group: where its service cannot be loaded again, see 'muster election recover "
                        + this.group + " --help'";
        return there + " of " + list.voters().size() + " are there, " + list.majority() + " are needed" + lost;
    }

    private ElectionStanding.Phase phase(Moment now, boolean leads) {
        VoterList list = this.papers.list();
        if (list == null) {
            return ElectionStanding.Phase.NONE;
        }
        boolean heard = this.leader != null && !this.leader.member.equals(this.self)
                && now.uptime().compareTo(this.leader.heard.plus(this.timings.lease())) < 0;
        if (leads || heard) {
            return ElectionStanding.Phase.FINISHED;
        }
        long there = list.members().stream().filter(this.company.present()::contains).count();
        return (there < list.majority()) ? ElectionStanding.Phase.NO_QUORUM : ElectionStanding.Phase.RUNNING;
    }

    void join(Lineage lineage, VoterList list, long atLeast, Moment now) {
        Lineage before = this.papers.record().lineage();
        if (this.leadership != null) {
            stepDown("another lineage takes its place", now);
        }
        this.campaign.giveWay();
        this.leader = null;
        this.unled = now.uptime();
        this.papers.keep(this.papers.record().joining(lineage, list, atLeast));
        log.info("Lineage joined: group={} lineage={} before={} voters={}", this.group, lineage, before,
                list.voters().size());
    }

    void stepDown(String why, Moment now) {
        Leadership was = this.leadership;
        if (was == null) {
            return;
        }
        log.warn("Leadership ended: group={} term={} reason={}", this.group, was.term(), why);
        this.leadership = null;
        this.campaign.giveWay();
        this.unreleased = was.term();
        this.campaign.waitUntil(now.uptime(), this.timings.answers());
    }

    /** Time has passed for a leader. */
    private void lead(Leadership leading, Moment now) {
        if (this.campaign.stands()) {
            // It stands for a later term, in which nobody would answer a round of this.
            return;
        }
        leading.change(this.self, this.company, now).ifPresent((next) -> {
            log.info("Voters changing: group={} from={} to={}", this.group, leading.list().members(), next.members());
            leading.take(next);
            this.papers.keep(this.papers.record().knowing(next));
        });
        if (leading.roundDue(now)) {
            ElectionMessage.Renew renewal = new ElectionMessage.Renew(this.papers.lineage(), leading.term(),
                    leading.begin(now), leading.list());
            audience().forEach((member) -> this.papers.send(member, renewal));
        }
    }

    /** Everybody who is there, and every voter, seen or not. */
    private Set<MemberId> audience() {
        Set<MemberId> all = new TreeSet<>(this.company.present());
        VoterList list = this.papers.list();
        if (list != null) {
            all.addAll(list.members());
        }
        return all;
    }

    void on(MemberId from, ElectionMessage.Renew renew, Moment now) {
        Lineage before = this.papers.record().lineage();
        if (before != null && renew.lineage().compareTo(before) < 0 && !goesBack(before, renew.lineage(), now)) {
            this.papers.send(from, new ElectionMessage.Known(before));
            return;
        }
        if (!this.papers.mine(renew.lineage())) {
            join(renew.lineage(), renew.list(), 0, now);
        }
        learn(renew.list());
        if (this.leader != null && this.leader.term == renew.term() && !this.leader.member.equals(from)
                && renew.term() >= this.papers.record().term()) {
            twoLeaders(this.leader.member, from, renew.term(), now);
        }
        boolean accepted = renew.term() >= this.papers.record().term();
        if (accepted) {
            this.papers.keep(this.papers.record().at(renew.term()));
            if (this.leadership != null && !from.equals(this.self)) {
                stepDown("another leads in term " + renew.term(), now);
            }
            if (!from.equals(this.self)) {
                this.campaign.giveWay();
            }
            if (this.leader == null || this.leader.term != renew.term() || !this.leader.member.equals(from)) {
                log.info("Leader known: group={} leader={} lineage={} term={}", this.group, from, renew.lineage(),
                        renew.term());
            }
            this.leader = new Leader(from, renew.term(), now.uptime());
            this.unled = now.uptime();
            this.promises.give(from, renew.term(), now);
            this.campaign.waitUntil(now.uptime().plus(this.timings.lease()), this.timings.answers().dividedBy(2));
            this.campaign.over();
        }
        VoterList held = this.papers.list();
        this.papers.send(from,
                new ElectionMessage.Renewed(this.papers.lineage(), this.papers.record().term(), renew.round(), accepted,
                        this.papers.seat(), (held != null) ? held.term() : 0, (held != null) ? held.number() : 0));
    }

    /**
     * Whether it joins a lineage that somebody leads, and that is before its own: where
     * nobody was ever elected in its own, or nobody has led that for long. In the second
     * case it takes another seat: of its own lineage it forgets what it must not.
     */
    private boolean goesBack(Lineage own, Lineage other, Moment now) {
        VoterList known = this.papers.list();
        if (other.generation() < own.generation() || known == null) {
            // What people have named anew does not go back, elected or not.
            return false;
        }
        if (known.provisional()) {
            return true;
        }
        boolean forsaken = this.leadership == null
                && now.uptime().minus(this.unled).compareTo(this.timings.forsaken()) > 0;
        if (forsaken) {
            log.warn("Lineage forsaken, nobody leads it and somebody leads another: group={} lineage={} other={}",
                    this.group, own, other);
            this.papers.changeSeat();
        }
        return forsaken;
    }

    /**
     * What must never be: whoever sees it makes sure that neither goes on in that term.
     */
    private void twoLeaders(MemberId one, MemberId other, long term, Moment now) {
        log.error("INVARIANT BROKEN, two leaders in one term, both are made to step down: group={} lineage={} term={}"
                + " leaders={},{}", this.group, this.papers.record().lineage(), term, one, other);
        stepDown("two leaders in one term", now);
        this.leader = null;
        this.papers.keep(this.papers.record().at(term + 1));
    }

    private void learn(VoterList later) {
        VoterList known = this.papers.list();
        if (known != null && later.compareTo(known) > 0) {
            this.papers.keep(this.papers.record().knowing(later));
            this.campaign.giveWay();
        }
    }

    void on(MemberId from, ElectionMessage.Renewed answer, Moment now) {
        this.campaign.seen(answer.term());
        Leadership leading = this.leadership;
        if (leading == null || !this.papers.mine(answer.lineage())) {
            return;
        }
        leading.answered(from, answer, now);
        if (answer.term() > leading.term() && !this.campaign.stands() && leading.holdsLease(now)) {
            // Somebody has heard of a later term, in this lineage or another: so that it
            // can follow, this leader takes one above that, while its lease lasts.
            log.info("Leader takes a later term: group={} term={} seen={}", this.group, leading.term(), answer.term());
            this.campaign.standAgain(leading.list(), now);
        }
    }

    void on(MemberId from, ElectionMessage.Resigned word, Moment now) {
        if (this.papers.mine(word.lineage()) && this.promises.isGiven(from, word.term())) {
            this.promises.drop();
            this.leader = null;
            this.campaign.waitUntil(now.uptime(), this.timings.answers().dividedBy(2));
        }
    }

    /**
     * Whether this member can vote by that list. One that belongs to no lineage yet, or
     * to one in which nobody was ever elected, joins that of the question.
     */
    private boolean follows(Lineage lineage, VoterList list, Moment now) {
        VoterList known = this.papers.list();
        Lineage before = this.papers.record().lineage();
        boolean joins = this.papers.votesBy(list) && (before == null || known == null
                || (known.provisional() && list.provisional() && lineage.compareTo(before) > 0));
        if (joins) {
            join(lineage, list, 0, now);
        }
        VoterList latest = this.papers.list();
        return this.papers.mine(lineage) && this.papers.votesBy(list) && latest != null && list.compareTo(latest) >= 0;
    }

    void on(MemberId from, ElectionMessage.Poll poll, Moment now) {
        boolean follows = follows(poll.lineage(), poll.list(), now);
        Lineage lineage = this.papers.record().lineage();
        VoterList known = this.papers.list();
        if (lineage == null || known == null || !this.papers.mine(poll.lineage())) {
            return;
        }
        boolean yes = follows && this.promises.allow(from, now) && (this.leadership == null || from.equals(this.self));
        learn(poll.list());
        boolean eligible = this.campaign.willing() && this.promises.allow(this.self, now) && this.papers.votes();
        this.papers.send(from,
                new ElectionMessage.Polled(lineage, poll.number(), yes, this.papers.seat(), this.papers.record().term(),
                        this.campaign.suitability(), eligible, (known.compareTo(poll.list()) > 0) ? known : null));
    }

    void on(MemberId from, ElectionMessage.Polled answer, Moment now) {
        this.campaign.seen(answer.term());
        if (!this.papers.mine(answer.lineage())) {
            return;
        }
        if (answer.newer() != null) {
            learn(answer.newer());
        }
        this.campaign.on(from, answer, now);
    }

    void on(MemberId from, ElectionMessage.Ballot ballot, Moment now) {
        boolean follows = follows(ballot.lineage(), ballot.list(), now);
        Lineage lineage = this.papers.record().lineage();
        if (lineage == null || !this.papers.mine(ballot.lineage())) {
            return;
        }
        VoteRecord known = this.papers.record();
        boolean open = ballot.term() > known.term()
                || (ballot.term() == known.term() && (known.votedFor() == null || from.equals(known.votedFor())));
        boolean yes = follows && open && this.promises.allow(from, now);
        if (yes) {
            learn(ballot.list());
            this.papers.keep(this.papers.record().votingFor(from, ballot.term()));
            if (!from.equals(this.self)) {
                this.campaign.giveWay();
                this.campaign.waitUntil(now.uptime().plus(this.timings.renewal()), this.timings.answers());
            }
        }
        this.papers.send(from, new ElectionMessage.Voted(lineage, ballot.term(), yes, this.papers.seat(),
                this.papers.record().term()));
    }

    void on(MemberId from, ElectionMessage.Voted vote, Moment now) {
        this.campaign.on(from, vote).ifPresent((term) -> win(term, now));
    }

    private void win(long term, Moment now) {
        VoterList voters = this.papers.list();
        if (voters == null) {
            return;
        }
        Leadership before = this.leadership;
        VoterList list = voters.inTerm(term);
        Leadership won = new Leadership(this.timings, term, list, now, (before != null) ? before.lease() : null);
        this.leadership = won;
        this.leader = new Leader(this.self, term, now.uptime());
        this.unreleased = null;
        this.papers.keep(this.papers.record().knowing(list));
        log.info("Elected: group={} lineage={} term={} voters={}", this.group, this.papers.record().lineage(), term,
                list.voters().size());
        lead(won, now);
    }

    private record Leader(MemberId member, long term, Duration heard) {
    }

}
