package dev.muster.bench;

/**
 * Bytes that came in at one member.
 *
 * @param said in what members say
 * @param wire with all that JGroups adds, heartbeats included, but without what TCP and
 * below add; the mean of all members
 */
record Traffic(long said, long wire) {
}
