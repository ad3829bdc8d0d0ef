package dev.muster.bench;

/**
 * Changes at one pace, and bare broadcasts between them; milliseconds.
 *
 * @param changes so many were measured
 * @param received apply to received by all: every member has the change on disk and has
 * answered
 * @param accepted apply to accepted: the change is on the disks of two members
 * @param broadcast a bare broadcast with an answer from each
 * @param syncedBroadcast the same with a synced write at the sender before, and at each
 * receiver before it answers
 * @param syncedWrite the sender's part of that alone
 */
record Series(int changes, Percentiles received, Percentiles accepted, Percentiles broadcast,
        Percentiles syncedBroadcast, Percentiles syncedWrite) {

    /** So many times the synced broadcast may a change take until it is received. */
    static final double BUDGET = 3.0;

    /** Of medians. */
    double receivedToBroadcast() {
        return this.received.p50() / this.broadcast.p50();
    }

    /** Of medians. */
    double receivedToSyncedBroadcast() {
        return this.received.p50() / this.syncedBroadcast.p50();
    }

    boolean withinBudget() {
        return receivedToSyncedBroadcast() <= BUDGET;
    }

    /** While it is measured. For one thread. */
    static final class Taken {

        final Samples received = new Samples();

        final Samples accepted = new Samples();

        final Samples broadcast = new Samples();

        final Samples syncedBroadcast = new Samples();

        final Samples syncedWrite = new Samples();

        Series series(int changes) {
            return new Series(changes, this.received.percentiles(), this.accepted.percentiles(),
                    this.broadcast.percentiles(), this.syncedBroadcast.percentiles(), this.syncedWrite.percentiles());
        }

    }

}
