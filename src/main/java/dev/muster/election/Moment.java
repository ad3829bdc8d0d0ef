package dev.muster.election;

import java.time.Duration;
import java.time.Instant;

/**
 * A moment, by both clocks of a machine.
 *
 * @param uptime by one that only goes forward, while the machine sleeps, too
 */
record Moment(Duration uptime, Instant wall) {

    /** Whether the two clocks have not gone the same way since then. */
    boolean cameApart(Moment earlier, Duration most) {
        Duration byWall = Duration.between(earlier.wall, this.wall);
        return byWall.minus(this.uptime.minus(earlier.uptime)).abs().compareTo(most) > 0;
    }

}
