package dev.muster.store;

import java.time.Instant;

/**
 * Whether the log takes facts.
 *
 * @param writable false while it refuses them
 * @param since when that began
 * @param reason why it refuses, in words for its operator; empty while it is writable
 */
public record Condition(boolean writable, Instant since, String reason) {

}
