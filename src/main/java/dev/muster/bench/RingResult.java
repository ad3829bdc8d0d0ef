package dev.muster.bench;

/**
 * What was measured with one size of ring; milliseconds.
 *
 * @param members how many
 * @param changes so many were measured
 * @param warmUp so many were made before
 * @param recordBytes what each change adds to a log, and what the bare peers send and
 * write
 * @param perChange for one change, and all that was said because of it
 * @param perIdleSecond in a second without a change
 * @param received apply to received by all: every member has the change on disk and has
 * answered
 * @param rendered apply to rendered by all: every member has written the files of its
 * service
 * @param accepted apply to accepted: the change is on the disks of two members
 * @param broadcast a bare broadcast with an answer from each
 * @param syncedBroadcast the same with a synced write at the sender before, and at each
 * receiver before it answers
 * @param syncedWrite the sender's part of that alone
 */
record RingResult(int members, int changes, int warmUp, int recordBytes, Traffic perChange, Traffic perIdleSecond,
        Percentiles received, Percentiles rendered, Percentiles accepted, Percentiles broadcast,
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

}
