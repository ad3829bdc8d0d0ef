package dev.muster.ring;

import java.time.Duration;
import java.util.Map;

/**
 * How patient a ring is. The defaults suit up to 30 members on one site.
 *
 * @param join how long the first search for other members takes at most; the node is
 * alone for so long when none of its peers is up
 * @param silence after how long without a sign of life a member is suspected; must be
 * longer than any pause a healthy node may take
 * @param heartbeat how often a member gives a sign of life
 * @param verify how long a suspect may take to answer; most of the time it takes to
 * notice a killed node
 * @param mergeMin least time between two searches for members that are elsewhere
 * @param mergeMax longest such time; two rings are one again after at most twice that.
 * Shorter costs every member a message to every other so much more often
 * @param takeOver after how long of silence the older holder of this member's id is taken
 * for dead
 * @param acquaint how long members that have just met may take to introduce themselves
 * before they are asked to; doubles with each time they are asked
 */
public record Timings(Duration join, Duration silence, Duration heartbeat, Duration verify, Duration mergeMin,
        Duration mergeMax, Duration takeOver, Duration acquaint) {

    /** Above so many members searches are made less often: their cost is squared. */
    static final int LARGE_RING = 30;

    static final Duration LARGE_MERGE_MIN = Duration.ofSeconds(10);

    static final Duration LARGE_MERGE_MAX = Duration.ofSeconds(30);

    public static final Timings DEFAULT = new Timings(Duration.ofSeconds(2), Duration.ofSeconds(6),
            Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofMillis(1500),
            Duration.ofSeconds(10), Duration.ofMillis(300));

    public Timings {
        Map.of("join", join, "silence", silence, "heartbeat", heartbeat, "verify", verify, "mergeMin", mergeMin,
                "mergeMax", mergeMax, "takeOver", takeOver, "acquaint", acquaint)
            .forEach((name, time) -> {
                if (time.toMillis() < 1) {
                    throw new IllegalArgumentException(
                            "The ring's " + name + " time must be at least a millisecond, not " + time);
                }
            });
        if (silence.compareTo(heartbeat) <= 0) {
            throw new IllegalArgumentException("A silence of " + silence
                    + " must not be shorter than the time between two heartbeats, " + heartbeat);
        }
        if (mergeMax.compareTo(mergeMin) <= 0) {
            throw new IllegalArgumentException(
                    "The longest time between searches, " + mergeMax + ", must exceed the least, " + mergeMin);
        }
    }

}
