package dev.muster.demo;

import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What was seen after the Supervisor of a leader was killed, looked at again and again:
 * when its Redis was gone, when another one was first written to, and whether there ever
 * were two at once.
 */
final class Succession {

    private @Nullable Duration gone;

    private @Nullable Duration taken;

    private @Nullable Member next;

    private boolean two;

    /**
     * One look.
     * @param leader who is written to instead
     * @param alive whether the Redis of the killed one is a process still: looked at
     * after the leader, so that both together mean two at one moment
     * @param since the kill
     */
    void look(Optional<Member> leader, boolean alive, Duration since) {
        if (!alive && this.gone == null) {
            this.gone = since;
        }
        if (leader.isPresent()) {
            this.two = this.two || alive;
            if (this.taken == null) {
                this.taken = since;
                this.next = leader.get();
            }
        }
    }

    boolean complete() {
        return this.gone != null && this.taken != null;
    }

    /** Whether the old one was gone before another led. */
    boolean held() {
        return complete() && !this.two;
    }

    /** When the old one was first seen to be gone; empty when it was not. */
    Optional<Duration> gone() {
        return Optional.ofNullable(this.gone);
    }

    /** When another one was first seen to be written to; empty when none was. */
    Optional<Duration> taken() {
        return Optional.ofNullable(this.taken);
    }

    Optional<Member> next() {
        return Optional.ofNullable(this.next);
    }

    /** Whether both were there in one look. */
    boolean two() {
        return this.two;
    }

}
