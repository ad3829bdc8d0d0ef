package dev.muster.election;

import java.time.Duration;

/**
 * How long things take. All members of a group must agree on the lease.
 *
 * @param lease how long a voter that heard the leader elects nobody else, counted from
 * when it heard; longer: fewer elections without need, and longer without a leader
 * @param renewal how often a leader asks for another; a few must fit into a lease
 * @param answers how long a candidate waits for those who do not answer, since a better
 * one may be among them
 * @param drift how far wall clock and uptime may come apart within a lease before it
 * counts as lost: the whole machine may have stood still, and its uptime with it
 */
public record ElectionTimings(Duration lease, Duration renewal, Duration answers, Duration drift) {

    public static final ElectionTimings DEFAULT = new ElectionTimings(Duration.ofSeconds(4), Duration.ofSeconds(1),
            Duration.ofMillis(300), Duration.ofSeconds(1));

    public ElectionTimings {
        if (renewal.isNegative() || renewal.isZero() || renewal.multipliedBy(3).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "Three renewals of " + renewal + " must fit into a lease, which is " + lease);
        }
        if (answers.isNegative() || drift.isNegative() || drift.isZero()) {
            throw new IllegalArgumentException("Neither " + answers + " nor " + drift + " may be negative");
        }
    }

    /**
     * The leader's part of a lease, counted from when it asked: voters count from later,
     * by clocks that may run a little faster.
     */
    public Duration leading() {
        return this.lease.multipliedBy(3).dividedBy(4);
    }

    /**
     * How long nobody must have led a lineage before a member of it follows the leader of
     * an earlier one: well above what an election takes.
     */
    public Duration forsaken() {
        return this.lease.multipliedBy(3);
    }

}
