package dev.muster.election;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/**
 * One term of one leader: its rounds, the lease that they renew, and the list of voters,
 * which it alone changes.
 */
final class Leadership {

    private final ElectionTimings timings;

    private final long term;

    private final Duration since;

    /** Those that may still be answered, the oldest first. */
    private final SortedMap<Long, Round> rounds = new TreeMap<>();

    /** Who is known to have the list on disk, in this term. */
    private final Set<Voter> holders = new HashSet<>();

    /** Members that answered a round, with their seats. */
    private final Map<MemberId, Heard> heard = new HashMap<>();

    private VoterList list;

    /** The one before, until the list is confirmed. */
    private @Nullable VoterList previous;

    private long lastRound;

    private Duration nextRound;

    private Lease lease;

    /**
     * @param list as it is said in this term
     * @param lease of the term before, where this member led in it
     */
    Leadership(ElectionTimings timings, long term, VoterList list, Moment now, @Nullable Lease lease) {
        this.timings = timings;
        this.term = term;
        this.list = list;
        this.since = now.uptime();
        this.nextRound = now.uptime();
        this.lease = (lease != null) ? lease : new Lease(Duration.ZERO, now);
    }

    long term() {
        return this.term;
    }

    VoterList list() {
        return this.list;
    }

    Lease lease() {
        return this.lease;
    }

    boolean holdsLease(Moment now) {
        return this.lease.holds(now, this.timings);
    }

    /** Whether it is over: no majority has answered for too long. */
    boolean over(Moment now) {
        boolean fresh = this.lease.end().isZero()
                && now.uptime().compareTo(this.since.plus(this.timings.leading())) < 0;
        return !fresh && !holdsLease(now);
    }

    boolean confirmed() {
        return this.previous == null && this.list.isMajority(this.holders);
    }

    boolean roundDue(Moment now) {
        return now.uptime().compareTo(this.nextRound) >= 0;
    }

    /** Begins a round that is sent now. */
    long begin(Moment now) {
        this.nextRound = now.uptime().plus(this.timings.renewal());
        this.rounds.put(++this.lastRound, new Round(now, new HashSet<>()));
        while (this.rounds.size() > 8) {
            this.rounds.remove(this.rounds.firstKey());
        }
        return this.lastRound;
    }

    /** Somebody has answered a round. */
    void answered(MemberId from, ElectionMessage.Renewed answer, Moment now) {
        Voter voter = new Voter(from, answer.seat());
        this.heard.put(from, new Heard(answer.seat(), now.uptime()));
        if (!answer.accepted()) {
            return;
        }
        Round round = this.rounds.get(answer.round());
        if (round != null && round.answers.add(voter) && decides(round.answers)) {
            // The oldest that may still count was asked before; nobody waits for those.
            Duration end = round.sent.uptime().plus(this.timings.leading());
            if (end.compareTo(this.lease.end()) > 0) {
                this.lease = new Lease(end, round.sent);
            }
        }
        if (this.list.sameAs(answer.listTerm(), answer.listNumber())) {
            this.holders.add(voter);
            if (this.previous != null && decides(this.holders)) {
                this.previous = null;
            }
        }
    }

    /** A majority of the list, and of the one before while that may still elect. */
    private boolean decides(Set<Voter> some) {
        return this.list.isMajority(some) && (this.previous == null || this.previous.isMajority(some));
    }

    /**
     * The next list, if this is the moment for one: one voter more or fewer, once the
     * last change is known to hold in this term, and only if a majority of it is there to
     * confirm it. Of two that are to go, the one goes first without whom the others can
     * decide.
     */
    Optional<VoterList> change(MemberId self, Company company, Moment now) {
        if (!confirmed() || !holdsLease(now)) {
            return Optional.empty();
        }
        Set<Voter> there = new HashSet<>();
        this.heard.keySet().forEach((member) -> recent(member, now).ifPresent(there::add));
        Optional<VoterList> fewer = this.list.voters()
            .stream()
            .filter((voter) -> !voter.member().equals(self))
            .filter((voter) -> company.withdrawn().contains(voter.member()) || forgot(voter))
            .map(this.list::without)
            .filter((next) -> next.isMajority(there))
            .findFirst();
        if (fewer.isPresent()) {
            return fewer;
        }
        Voter[] come = company.present()
            .stream()
            .sorted()
            .filter((member) -> !this.list.has(member))
            .flatMap((member) -> recent(member, now).stream())
            .toArray(Voter[]::new);
        // Two voters are worse than one: then the loss of either leaves nobody to decide.
        boolean enough = come.length > ((this.list.voters().size() == 1) ? 1 : 0);
        return (enough && this.list.voters().size() < VoterList.MOST_VOTERS)
                ? Optional.of(this.list.with(come[0])).filter((next) -> next.isMajority(there)) : Optional.empty();
    }

    private boolean forgot(Voter voter) {
        Heard last = this.heard.get(voter.member());
        return last != null && last.seat != voter.seat();
    }

    private Optional<Voter> recent(MemberId member, Moment now) {
        return Optional.ofNullable(this.heard.get(member))
            .filter((last) -> now.uptime().minus(last.at).compareTo(this.timings.renewal().multipliedBy(2)) <= 0)
            .map((last) -> new Voter(member, last.seat));
    }

    void take(VoterList next) {
        this.previous = this.list;
        this.list = next;
        this.holders.clear();
        this.nextRound = Duration.ZERO;
    }

    /**
     * How long a leader leads.
     *
     * @param end by the uptime
     * @param granted when what was granted was asked for
     */
    record Lease(Duration end, Moment granted) {

        boolean holds(Moment now, ElectionTimings timings) {
            return now.uptime().compareTo(this.end) < 0 && !now.cameApart(this.granted, timings.drift());
        }

    }

    private record Round(Moment sent, Set<Voter> answers) {
    }

    private record Heard(long seat, Duration at) {
    }

}
