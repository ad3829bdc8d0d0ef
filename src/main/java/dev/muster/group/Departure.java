package dev.muster.group;

import java.time.Instant;

import dev.muster.rumor.MemberId;

/**
 * A member that will not come back: its id is refused for ever, on every node.
 *
 * @param name what people called it
 * @param time when it was said, by the clock of the node that was asked
 * @param author who said it
 */
public record Departure(MemberId member, String name, Instant time, String author) {
}
