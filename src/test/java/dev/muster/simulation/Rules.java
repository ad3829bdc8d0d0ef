package dev.muster.simulation;

/**
 * Which of the rules around an election are kept, for tests that break one on purpose.
 *
 * @param fences whether the shim is told of leases
 * @param syncs whether a vote is on disk before it is given
 */
record Rules(boolean fences, boolean syncs) {

    static final Rules ALL = new Rules(true, true);

}
