package dev.muster.election;

import java.time.Duration;

import dev.muster.rumor.MemberId;
import org.jspecify.annotations.Nullable;

/** Whom a voter may give its vote: nobody but its leader, before the lease is over. */
final class Promises {

    private final Duration lease;

    /** Before that nobody gets a vote: it may have promised one before it started. */
    private final Duration silentUntil;

    private @Nullable Grant grant;

    /**
     * @param lease how long one lasts
     * @param silentUntil by the uptime
     */
    Promises(Duration lease, Duration silentUntil) {
        this.lease = lease;
        this.silentUntil = silentUntil;
    }

    /** Whether it may give its vote to that one now. */
    boolean allow(MemberId candidate, Moment now) {
        boolean bound = this.grant != null && !this.grant.leader.equals(candidate)
                && now.uptime().compareTo(this.grant.until) < 0;
        return now.uptime().compareTo(this.silentUntil) >= 0 && !bound;
    }

    /** Nobody else is elected for one lease from now. */
    void give(MemberId leader, long term, Moment now) {
        this.grant = new Grant(leader, term, now.uptime().plus(this.lease));
    }

    boolean isGiven(MemberId leader, long term) {
        return this.grant != null && this.grant.leader.equals(leader) && this.grant.term == term;
    }

    void drop() {
        this.grant = null;
    }

    /**
     * A promise to elect nobody else.
     *
     * @param until by the uptime
     */
    private record Grant(MemberId leader, long term, Duration until) {
    }

}
