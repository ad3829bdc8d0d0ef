package dev.muster.content;

import java.time.Duration;

import dev.muster.loop.Loop;

/**
 * Keeps a stream of pieces at so many bytes a second. Owned by the loop it was made with.
 */
final class Pace {

    private final Loop loop;

    private final long bytesASecond;

    private Duration free = Duration.ZERO;

    Pace(Loop loop, long bytesASecond) {
        this.loop = loop;
        this.bytesASecond = bytesASecond;
    }

    /** How long a piece has to wait that comes now. */
    Duration waiting() {
        Duration waiting = this.free.minus(this.loop.uptime());
        return waiting.isNegative() ? Duration.ZERO : waiting;
    }

    /** Takes the place of a piece behind all before it, and tells how far off that is. */
    Duration take(int bytes) {
        Duration waiting = waiting();
        this.free = this.loop.uptime().plus(waiting).plusNanos(bytes * 1_000_000_000L / this.bytesASecond);
        return waiting;
    }

}
