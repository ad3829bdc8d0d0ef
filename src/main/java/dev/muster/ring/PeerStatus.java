package dev.muster.ring;

/**
 * What became of a peer that an operator named.
 *
 * @param peer as it was named
 * @param from where: {@code --peer}, or file and line
 * @param reached whether a member of the ring answered at one of its addresses, at the
 * latest attempt
 * @param result what became of the latest attempt, address by address
 */
public record PeerStatus(String peer, String from, boolean reached, String result) {
}
