package dev.muster.election;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import dev.muster.rumor.MemberId;
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

    private final Supplier<Duration> uptime;

    private final InstantSource wall;

    private final RandomGenerator random;

    private final Papers papers;

    private final Campaign campaign;

    private final Allegiance allegiance;

    private final Founding founding;

    /**
     * @param record as it is on disk
     * @param mayFound whether this member may found a lineage: not where one is known
     * @param minMembers how many are wanted for that, at least 1
     * @param uptime by a clock that only goes forward, while the machine sleeps, too
     */
    public Elector(String group, MemberId self, ElectionTimings timings, Supplier<Duration> uptime, InstantSource wall,
            RandomGenerator random, VoteRecord record, boolean mayFound, int minMembers) {
        this.group = group;
        this.self = self;
        this.uptime = uptime;
        this.wall = wall;
        this.random = random;
        this.founding = new Founding(self, minMembers);
        if (!mayFound) {
            this.founding.forbid();
        }
        // It may have promised a vote before it started.
        boolean remembers = record.term() > 0 || record.lineage() != null || !mayFound;
        Duration silentUntil = remembers ? uptime.get().plus(timings.lease()) : uptime.get();
        this.papers = new Papers(self, random, record);
        Promises promises = new Promises(timings.lease(), silentUntil);
        this.campaign = new Campaign(self, timings, random, this.papers, promises, silentUntil);
        this.allegiance = new Allegiance(group, self, timings, this.papers, promises, this.campaign, uptime.get());
    }

    /** Time has passed; to be called some times a second. */
    public Deeds tick() {
        Moment now = look();
        if (this.papers.record().lineage() == null) {
            seek(now);
        }
        this.allegiance.tick(now);
        return this.papers.deeds();
    }

    /** Who is there has changed. */
    public Deeds sees(Company others) {
        look();
        this.allegiance.sees(others);
        return this.papers.deeds();
    }

    /**
     * Whether this member's service may lead, and how suitable it is.
     */
    public Deeds able(boolean mayLead, long howSuitable) {
        Moment now = look();
        this.campaign.able(mayLead, howSuitable);
        if (!mayLead) {
            this.allegiance.stepDown("its service is not to run", now);
        }
        return this.papers.deeds();
    }

    /**
     * How many members are wanted for the first list from now on.
     * @param minMembers at least 1
     */
    public Deeds needs(int minMembers) {
        look();
        this.founding.needs(minMembers);
        return this.papers.deeds();
    }

    /** A lineage of this group is known to exist, or to have existed. */
    public Deeds lineageKnown() {
        this.founding.forbid();
        return this.papers.deeds();
    }

    /**
     * The process of this member acts as leader no longer; if it leads no longer either,
     * the others need not wait for the end of a lease.
     */
    public Deeds released() {
        look();
        this.allegiance.released();
        return this.papers.deeds();
    }

    /**
     * An operator says who votes from now on, whatever was before. Unsafe: a leader of
     * the lineage before may still be there.
     * @param lineage above the one before, or else nothing happens
     * @param atLeast a term above all that were used
     */
    public Deeds recover(Lineage lineage, List<Voter> voters, long atLeast) {
        Moment now = look();
        Lineage mine = this.papers.record().lineage();
        if (mine == null || lineage.compareTo(mine) > 0) {
            log.warn("Voters replaced by an operator: group={} lineage={} before={} voters={}", this.group, lineage,
                    mine, voters);
            this.allegiance.recover(lineage, VoterList.founding(voters), atLeast, now);
        }
        return this.papers.deeds();
    }

    /** What this member remembers; on disk once what it has decided is. */
    public VoteRecord record() {
        return this.papers.record();
    }

    /** A member has said something; which may be this one. */
    public Deeds on(MemberId from, ElectionMessage message) {
        Moment now = look();
        // Java 17 cannot switch over a sealed family.
        if (message instanceof ElectionMessage.Renew renew) {
            this.allegiance.on(from, renew, now);
        }
        else if (message instanceof ElectionMessage.Renewed renewed) {
            this.allegiance.on(from, renewed, now);
        }
        else if (message instanceof ElectionMessage.Poll poll) {
            this.allegiance.on(from, poll, now);
        }
        else if (message instanceof ElectionMessage.Polled polled) {
            this.allegiance.on(from, polled, now);
        }
        else if (message instanceof ElectionMessage.Ballot ballot) {
            this.allegiance.on(from, ballot, now);
        }
        else if (message instanceof ElectionMessage.Voted voted) {
            this.allegiance.on(from, voted, now);
        }
        else if (message instanceof ElectionMessage.Seek seek) {
            on(from, seek, now);
        }
        else if (message instanceof ElectionMessage.Known) {
            this.founding.discourage(now.uptime());
        }
        else if (message instanceof ElectionMessage.Resigned resigned) {
            this.allegiance.on(from, resigned, now);
        }
        else {
            throw new IllegalStateException("Nothing is known to do on " + message.getClass().getName());
        }
        return this.papers.deeds();
    }

    /** How things stand now. */
    public ElectionStanding standing() {
        Moment now = look();
        return this.allegiance.standing(this.founding.missing(this.allegiance.company()), now);
    }

    /** First of all, before anything is decided. */
    private Moment look() {
        Moment now = new Moment(this.uptime.get(), this.wall.instant());
        this.allegiance.look(now);
        return now;
    }

    private void seek(Moment now) {
        ElectionMessage.Seek word = this.founding.due(this.papers.seat(), this.allegiance.company(), now.uptime());
        if (word == null || !this.campaign.willing()) {
            return;
        }
        Optional<VoterList> first = this.founding.found(this.papers.seat(), this.allegiance.company(), now.uptime());
        if (first.isPresent()) {
            Lineage lineage = Lineage.founded(now.wall().toEpochMilli(), this.random.nextLong());
            log.info("Lineage founded: group={} lineage={} voters={}", this.group, lineage, first.get().voters());
            this.allegiance.join(lineage, first.get(), 0, now);
            this.campaign.hurry(now);
            return;
        }
        this.allegiance.company()
            .present()
            .stream()
            .filter((member) -> !member.equals(this.self))
            .forEach((member) -> this.papers.send(member, word));
    }

    private void on(MemberId from, ElectionMessage.Seek seek, Moment now) {
        Lineage lineage = this.papers.record().lineage();
        if (lineage != null) {
            this.papers.send(from, new ElectionMessage.Known(lineage));
        }
        else {
            this.founding.heard(from, seek, now.uptime());
        }
    }

}
