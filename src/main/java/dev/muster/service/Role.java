package dev.muster.service;

import dev.muster.election.ElectionStanding;

/**
 * As what a service was rendered.
 *
 * @param leads whether as the leader of its group
 * @param term of the leader that was known then, 0 for none; grows with each, so that
 * whatever a leader writes to can refuse a former one
 */
record Role(boolean leads, long term) {

    /** Of a service that has no leader, or knows of none. */
    static final Role NONE = new Role(false, 0);

    static Role of(ElectionStanding standing) {
        return new Role(standing.leading(),
                (standing.phase() == ElectionStanding.Phase.FINISHED) ? standing.term() : 0);
    }

}
