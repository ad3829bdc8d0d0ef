package dev.muster.election;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member's part in the elections of one group: its vote, and its leadership where it
 * has one. Decides and returns what is to be done; owns no thread, and is called by one
 * at a time. {@code docs/design/election.md} tells the protocol and its reasons.
 *
 * <p>
 * After {@link Deeds} with a record to save, no letter of theirs or of later ones may
 * leave before that is on disk.
 */
public final class Elector {

    private static final Logger log = LoggerFactory.getLogger(Elector.class);

    private final String group;

    private final MemberId self;

    private final ElectionTimings timings;

    private final Supplier<Duration> uptime;

    private final InstantSource wall;

    private final RandomGenerator random;

    private final Founding founding;

    /** Before that nobody gets a vote: it may have promised one before it started. */
    private final Duration silentUntil;

    private final List<Letter> letters = new ArrayList<>();

    private boolean changed;

    private VoteRecord record;

    private @Nullable Grant grant;

    private @Nullable Leader leader;

    private @Nullable Leadership leadership;

    private @Nullable Candidacy candidacy;

    private Company company = Company.NONE;

    private boolean willing;

    private long suitability;

    private long polls;

    /** How often in a row it has let a better one go first. */
    private int deferrals;

    /** The greatest term that somebody has told of. */
    private long termSeen;

    private Duration standAt;

    /** The term it led last, of which its process may not have heard yet. */
    private @Nullable Long unreleased;

    /**
     * @param record as it is on disk
     * @param mayFound whether this member may found a lineage: not where one is known
     * @param minMembers how many are wanted for that, at least 1
     * @param uptime monotonic time since an origin of its own
     */
    public Elector(String group, MemberId self, ElectionTimings timings, Supplier<Duration> uptime, InstantSource wall,
            RandomGenerator random, VoteRecord record, boolean mayFound, int minMembers) {
        this.group = group;
        this.self = self;
        this.timings = timings;
        this.uptime = uptime;
        this.wall = wall;
        this.random = random;
        this.record = record;
        this.founding = new Founding(self, minMembers);
        if (!mayFound) {
            this.founding.forbid();
        }
        boolean remembers = record.term() > 0 || record.lineage() != null;
        this.silentUntil = remembers || !mayFound ? uptime.get().plus(timings.lease()) : uptime.get();
        this.standAt = this.silentUntil;
    }

    /** Time has passed; to be called some times a second. */
    public Deeds tick() {
        Moment now = look();
        if (this.record.lineage() == null) {
            seek(now);
        }
        else if (this.leadership != null) {
            lead(this.leadership, now);
        }
        if (this.leadership == null || this.candidacy != null) {
            stand(now);
        }
        return deeds();
    }

    /** Who is there has changed. */
    public Deeds sees(Company others) {
        look();
        this.company = others;
        return deeds();
    }

    /**
     * Whether this member's service may lead, and how suitable it is.
     */
    public Deeds able(boolean mayLead, long howSuitable) {
        look();
        this.suitability = howSuitable;
        this.willing = mayLead;
        if (!mayLead && this.leadership != null) {
            stepDown("its service is not to run");
        }
        return deeds();
    }

    /** A lineage of this group is known to exist, or to have existed. */
    public Deeds lineageKnown() {
        this.founding.forbid();
        return deeds();
    }

    /**
     * The process of this member acts as leader no longer; if it leads no longer either,
     * the others need not wait for the end of a lease.
     */
    public Deeds released() {
        look();
        Lineage lineage = this.record.lineage();
        if (this.leadership == null && this.unreleased != null && lineage != null) {
            ElectionMessage word = new ElectionMessage.Resigned(lineage, this.unreleased);
            audience().forEach((member) -> send(member, word));
            this.unreleased = null;
        }
        return deeds();
    }

    /**
     * An operator says who votes from now on, whatever was before. Unsafe: a leader of
     * the lineage before may still be there.
     * @param lineage above the one before, or else nothing happens
     * @param atLeast a term above all that were used
     */
    public Deeds recover(Lineage lineage, List<Voter> voters, long atLeast) {
        Moment now = look();
        Lineage mine = this.record.lineage();
        if (mine == null || lineage.compareTo(mine) > 0) {
            log.warn("Voters replaced by an operator: group={} lineage={} before={} voters={}", this.group, lineage,
                    mine, voters);
            join(lineage, VoterList.founding(voters), atLeast);
            this.grant = null;
            this.standAt = now.uptime();
        }
        return deeds();
    }

    /** What this member remembers; on disk once what it has decided is. */
    public VoteRecord record() {
        return this.record;
    }

    /** A member has said something; which may be this one. */
    public Deeds on(MemberId from, ElectionMessage message) {
        Moment now = look();
        // Java 17 cannot switch over a sealed family.
        if (message instanceof ElectionMessage.Renew renew) {
            on(from, renew, now);
        }
        else if (message instanceof ElectionMessage.Renewed renewed) {
            on(from, renewed, now);
        }
        else if (message instanceof ElectionMessage.Poll poll) {
            on(from, poll, now);
        }
        else if (message instanceof ElectionMessage.Polled polled) {
            on(from, polled, now);
        }
        else if (message instanceof ElectionMessage.Ballot ballot) {
            on(from, ballot, now);
        }
        else if (message instanceof ElectionMessage.Voted voted) {
            on(from, voted, now);
        }
        else if (message instanceof ElectionMessage.Seek seek) {
            on(from, seek, now);
        }
        else if (message instanceof ElectionMessage.Known) {
            this.founding.discourage(now.uptime());
        }
        else if (message instanceof ElectionMessage.Resigned resigned) {
            on(from, resigned, now);
        }
        else {
            throw new IllegalStateException("Nothing is known to do on " + message.getClass().getName());
        }
        return deeds();
    }

    /** How things stand now. */
    public ElectionStanding standing() {
        Moment now = look();
        Optional<VoterList> list = Optional.ofNullable(this.record.list());
        boolean leads = this.leadership != null && this.leadership.holdsLease(now);
        Optional<MemberId> known = Optional.ofNullable(this.leader).map(Leader::member);
        if (this.leader != null && this.leader.member.equals(this.self) && !leads) {
            known = Optional.empty();
        }
        ElectionStanding.Phase phase = phase(now, leads);
        String note = switch (phase) {
            case FINISHED -> "";
            case NONE -> this.founding.missing(this.company);
            case NO_QUORUM -> "for a majority of its voters: " + list.map(this::presence).orElse("none is known");
            case RUNNING -> "for its voters to elect a leader";
        };
        return new ElectionStanding(phase, Optional.ofNullable(this.record.lineage()),
                (this.leader != null && phase == ElectionStanding.Phase.FINISHED) ? this.leader.term
                        : this.record.term(),
                known, leads, leads ? this.leadership.lease().end() : Duration.ZERO, list,
                this.leadership != null && this.leadership.confirmed(), votes(), note);
    }

    private String presence(VoterList list) {
        long there = list.members().stream().filter(this.company.present()::contains).count();
        return there + " of " + list.voters().size() + " are there, " + list.majority() + " are needed";
    }

    private ElectionStanding.Phase phase(Moment now, boolean leads) {
        VoterList list = this.record.list();
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

    /** First of all, before anything is decided: whether the lease has ended. */
    private Moment look() {
        Moment now = new Moment(this.uptime.get(), this.wall.instant());
        if (this.leadership != null && this.leadership.over(now)) {
            stepDown(now.uptime().compareTo(this.leadership.lease().end()) < 0
                    ? "its clocks came apart, the machine may have been suspended"
                    : "no majority of its voters has answered in time");
        }
        return now;
    }

    private Deeds deeds() {
        Optional<VoteRecord> save = this.changed ? Optional.of(this.record) : Optional.empty();
        Deeds deeds = new Deeds(save, this.letters);
        this.changed = false;
        this.letters.clear();
        return deeds;
    }

    private void send(MemberId to, ElectionMessage message) {
        this.letters.add(new Letter(to, message));
    }

    private void keep(VoteRecord next) {
        if (!next.equals(this.record)) {
            this.record = next;
            this.changed = true;
        }
    }

    private Voter seat() {
        return new Voter(this.self, this.record.seat());
    }

    /** Whether this member is a voter of its own list. */
    private boolean votes() {
        VoterList list = this.record.list();
        return list != null && list.has(seat());
    }

    private boolean mine(Lineage other) {
        return other.equals(this.record.lineage());
    }

    private void join(Lineage lineage, VoterList list, long atLeast) {
        Lineage before = this.record.lineage();
        if (this.leadership != null) {
            stepDown("another lineage takes its place");
        }
        this.candidacy = null;
        this.leader = null;
        keep(this.record.joining(lineage, list, atLeast));
        log.info("Lineage joined: group={} lineage={} before={} voters={}", this.group, lineage, before,
                list.voters().size());
    }

    private void stepDown(String why) {
        Leadership was = this.leadership;
        if (was == null) {
            return;
        }
        log.warn("Leadership ended: group={} term={} reason={}", this.group, was.term(), why);
        this.leadership = null;
        this.candidacy = null;
        this.unreleased = was.term();
        this.standAt = this.uptime.get().plus(pause(this.timings.answers()));
    }

    private Duration pause(Duration most) {
        return Duration.ofMillis(this.random.nextLong(most.toMillis() + 1));
    }

    // Founding

    private void seek(Moment now) {
        ElectionMessage.Seek word = this.founding.due(this.record.seat(), this.company, now.uptime());
        if (word == null || !this.willing) {
            return;
        }
        Optional<VoterList> first = this.founding.found(this.record.seat(), this.company, now.uptime());
        if (first.isPresent()) {
            Lineage lineage = Lineage.founded(now.wall().toEpochMilli(), this.random.nextLong());
            log.info("Lineage founded: group={} lineage={} voters={}", this.group, lineage, first.get().voters());
            join(lineage, first.get(), 0);
            this.standAt = now.uptime();
            return;
        }
        this.company.present()
            .stream()
            .filter((member) -> !member.equals(this.self))
            .forEach((member) -> send(member, word));
    }

    private void on(MemberId from, ElectionMessage.Seek seek, Moment now) {
        Lineage lineage = this.record.lineage();
        if (lineage != null) {
            send(from, new ElectionMessage.Known(lineage));
        }
        else {
            this.founding.heard(from, seek, now.uptime());
        }
    }

    // Leading

    private void lead(Leadership leading, Moment now) {
        if (this.candidacy != null) {
            // It stands for a later term, in which nobody would answer a round of this.
            return;
        }
        leading.change(this.self, this.company, now).ifPresent((next) -> {
            log.info("Voters changing: group={} from={} to={}", this.group, leading.list().members(), next.members());
            leading.take(next);
            keep(this.record.knowing(next));
        });
        if (leading.roundDue(now)) {
            ElectionMessage.Renew renewal = new ElectionMessage.Renew(lineage(), leading.term(), leading.begin(now),
                    leading.list());
            audience().forEach((member) -> send(member, renewal));
        }
    }

    private Lineage lineage() {
        Lineage lineage = this.record.lineage();
        if (lineage == null) {
            throw new IllegalStateException("A member without a lineage decides nothing in one");
        }
        return lineage;
    }

    /** Everybody who is there, and every voter, seen or not. */
    private Set<MemberId> audience() {
        Set<MemberId> all = new TreeSet<>(this.company.present());
        VoterList list = this.record.list();
        if (list != null) {
            all.addAll(list.members());
        }
        return all;
    }

    private void on(MemberId from, ElectionMessage.Renew renew, Moment now) {
        Lineage before = this.record.lineage();
        if (!mine(renew.lineage())) {
            VoterList known = this.record.list();
            // One that people have named anew does not go back, elected or not.
            boolean unused = known != null && known.provisional() && before != null
                    && renew.lineage().generation() >= before.generation();
            if (before != null && !unused && renew.lineage().compareTo(before) < 0) {
                send(from, new ElectionMessage.Known(before));
                return;
            }
            join(renew.lineage(), renew.list(), 0);
        }
        learn(renew.list());
        if (this.leader != null && this.leader.term == renew.term() && !this.leader.member.equals(from)
                && renew.term() >= this.record.term()) {
            twoLeaders(this.leader.member, from, renew.term());
        }
        boolean accepted = renew.term() >= this.record.term();
        if (accepted) {
            keep(this.record.at(renew.term()));
            if (this.leadership != null && !from.equals(this.self)) {
                stepDown("another leads in term " + renew.term());
            }
            if (this.candidacy != null && !from.equals(this.self)) {
                this.candidacy = null;
            }
            if (this.leader == null || this.leader.term != renew.term() || !this.leader.member.equals(from)) {
                log.info("Leader known: group={} leader={} lineage={} term={}", this.group, from, renew.lineage(),
                        renew.term());
            }
            this.leader = new Leader(from, renew.term(), now.uptime());
            this.grant = new Grant(from, renew.term(), now.uptime().plus(this.timings.lease()));
            this.standAt = now.uptime().plus(this.timings.lease()).plus(pause(this.timings.answers().dividedBy(2)));
            this.deferrals = 0;
        }
        VoterList held = this.record.list();
        send(from, new ElectionMessage.Renewed(lineage(), this.record.term(), renew.round(), accepted,
                this.record.seat(), (held != null) ? held.term() : 0, (held != null) ? held.number() : 0));
    }

    /**
     * What must never be: whoever sees it makes sure that neither goes on in that term.
     */
    private void twoLeaders(MemberId one, MemberId other, long term) {
        log.error("INVARIANT BROKEN, two leaders in one term, both are made to step down: group={} lineage={} term={}"
                + " leaders={},{}", this.group, this.record.lineage(), term, one, other);
        stepDown("two leaders in one term");
        this.leader = null;
        keep(this.record.at(term + 1));
    }

    private void learn(VoterList later) {
        VoterList known = this.record.list();
        if (known != null && later.compareTo(known) > 0) {
            keep(this.record.knowing(later));
            if (this.candidacy != null) {
                this.candidacy = null;
            }
        }
    }

    private void on(MemberId from, ElectionMessage.Renewed answer, Moment now) {
        this.termSeen = Math.max(this.termSeen, answer.term());
        Leadership leading = this.leadership;
        if (leading == null || !mine(answer.lineage())) {
            return;
        }
        leading.answered(from, answer, now);
        if (answer.term() > leading.term() && this.candidacy == null && leading.holdsLease(now)) {
            // Somebody has heard of a later term, in this lineage or another: so that it
            // can follow, this leader takes one above that, while its lease lasts.
            log.info("Leader takes a later term: group={} term={} seen={}", this.group, leading.term(), answer.term());
            Candidacy next = new Candidacy(++this.polls, leading.list(), now.uptime());
            this.candidacy = next;
            ballot(next, now);
        }
    }

    private void on(MemberId from, ElectionMessage.Resigned word, Moment now) {
        if (mine(word.lineage()) && this.grant != null && this.grant.leader.equals(from)
                && this.grant.term == word.term()) {
            this.grant = null;
            this.leader = null;
            this.standAt = now.uptime().plus(pause(this.timings.answers().dividedBy(2)));
        }
    }

    // Standing

    /** Whether this member may give its vote to somebody now. */
    private boolean free(MemberId candidate, Moment now) {
        boolean bound = this.grant != null && !this.grant.leader.equals(candidate)
                && now.uptime().compareTo(this.grant.until) < 0;
        return now.uptime().compareTo(this.silentUntil) >= 0 && !bound;
    }

    private void stand(Moment now) {
        Candidacy current = this.candidacy;
        if (current == null) {
            VoterList list = this.record.list();
            if (list != null && list.has(seat()) && this.willing && free(this.self, now)
                    && now.uptime().compareTo(this.standAt) >= 0) {
                Candidacy fresh = new Candidacy(++this.polls, list, now.uptime());
                this.candidacy = fresh;
                ElectionMessage poll = new ElectionMessage.Poll(lineage(), nextTerm(), fresh.number(), list);
                list.members().forEach((member) -> send(member, poll));
            }
            return;
        }
        if (current.asks() && current.olderThan(this.timings.answers(), now.uptime())) {
            decide(current, now);
        }
        else if (current.olderThan(this.timings.renewal(), now.uptime())) {
            giveUp(now);
        }
    }

    private void giveUp(Moment now) {
        this.candidacy = null;
        this.standAt = now.uptime().plus(this.timings.answers()).plus(pause(this.timings.answers()));
    }

    private long nextTerm() {
        return Math.max(this.termSeen, this.record.term()) + 1;
    }

    /** Enough have answered, or enough time has passed. */
    private void decide(Candidacy current, Moment now) {
        if (!current.agreed()) {
            giveUp(now);
        }
        else if (current.betterOne() && this.deferrals < 2) {
            this.deferrals++;
            this.candidacy = null;
            this.standAt = now.uptime().plus(this.timings.answers().multipliedBy(2));
        }
        else {
            ballot(current, now);
        }
    }

    private void ballot(Candidacy current, Moment now) {
        if (!free(this.self, now)) {
            giveUp(now);
            return;
        }
        long term = nextTerm();
        current.stand(term);
        VoterList list = this.record.list();
        if (list == null) {
            throw new IllegalStateException("A member without voters does not stand");
        }
        keep(this.record.votingFor(this.self, term));
        ElectionMessage ballot = new ElectionMessage.Ballot(lineage(), term, list);
        list.members().forEach((member) -> send(member, ballot));
    }

    /**
     * Whether this member can vote by that list. One that belongs to no lineage yet, or
     * to one in which nobody was ever elected, joins that of the question.
     */
    private boolean follows(Lineage lineage, VoterList list) {
        VoterList known = this.record.list();
        Lineage before = this.record.lineage();
        boolean joins = list.has(seat()) && (before == null || known == null
                || (known.provisional() && list.provisional() && lineage.compareTo(before) > 0));
        if (joins) {
            join(lineage, list, 0);
        }
        VoterList now = this.record.list();
        return mine(lineage) && list.has(seat()) && now != null && list.compareTo(now) >= 0;
    }

    private void on(MemberId from, ElectionMessage.Poll poll, Moment now) {
        boolean follows = follows(poll.lineage(), poll.list());
        Lineage lineage = this.record.lineage();
        VoterList known = this.record.list();
        if (lineage == null || known == null || !mine(poll.lineage())) {
            return;
        }
        boolean yes = follows && free(from, now) && (this.leadership == null || from.equals(this.self));
        learn(poll.list());
        send(from,
                new ElectionMessage.Polled(lineage, poll.number(), yes, this.record.seat(), this.record.term(),
                        this.suitability, this.willing && free(this.self, now) && votes(),
                        (known.compareTo(poll.list()) > 0) ? known : null));
    }

    private void on(MemberId from, ElectionMessage.Polled answer, Moment now) {
        this.termSeen = Math.max(this.termSeen, answer.term());
        if (!mine(answer.lineage())) {
            return;
        }
        if (answer.newer() != null) {
            learn(answer.newer());
        }
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

    private void on(MemberId from, ElectionMessage.Ballot ballot, Moment now) {
        boolean follows = follows(ballot.lineage(), ballot.list());
        Lineage lineage = this.record.lineage();
        if (lineage == null || !mine(ballot.lineage())) {
            return;
        }
        boolean open = ballot.term() > this.record.term() || (ballot.term() == this.record.term()
                && (this.record.votedFor() == null || from.equals(this.record.votedFor())));
        boolean yes = follows && open && free(from, now);
        if (yes) {
            learn(ballot.list());
            keep(this.record.votingFor(from, ballot.term()));
            if (!from.equals(this.self)) {
                this.candidacy = null;
                this.standAt = now.uptime().plus(this.timings.renewal()).plus(pause(this.timings.answers()));
            }
        }
        send(from, new ElectionMessage.Voted(lineage, ballot.term(), yes, this.record.seat(), this.record.term()));
    }

    private void on(MemberId from, ElectionMessage.Voted vote, Moment now) {
        this.termSeen = Math.max(this.termSeen, vote.ownTerm());
        Candidacy current = this.candidacy;
        if (current == null || current.asks() || current.term() != vote.term() || !mine(vote.lineage())
                || !vote.yes()) {
            return;
        }
        current.voted(new Voter(from, vote.seat()));
        if (current.won()) {
            win(current, now);
        }
    }

    private void win(Candidacy current, Moment now) {
        VoterList voters = this.record.list();
        if (voters == null || this.record.term() != current.term()) {
            this.candidacy = null;
            return;
        }
        Leadership before = this.leadership;
        VoterList list = voters.inTerm(current.term());
        Leadership won = new Leadership(this.timings, current.term(), list, now,
                (before != null) ? before.lease() : null);
        this.candidacy = null;
        this.leadership = won;
        this.leader = new Leader(this.self, current.term(), now.uptime());
        this.unreleased = null;
        keep(this.record.knowing(list));
        log.info("Elected: group={} lineage={} term={} voters={}", this.group, this.record.lineage(), current.term(),
                list.voters().size());
        lead(won, now);
    }

    /**
     * A promise to elect nobody else.
     *
     * @param until by the monotonic clock
     */
    private record Grant(MemberId leader, long term, Duration until) {
    }

    private record Leader(MemberId member, long term, Duration heard) {
    }

}
