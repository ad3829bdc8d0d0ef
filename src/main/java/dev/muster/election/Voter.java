package dev.muster.election;

import dev.muster.rumor.MemberId;

/**
 * A member that may vote, as long as it remembers how it did. Who has lost its record
 * comes back with another seat, and is nobody's voter until it is let in again: what it
 * promised before it forgot, nobody knows.
 *
 * @param seat drawn when the record was made
 */
public record Voter(MemberId member, long seat) {

}
