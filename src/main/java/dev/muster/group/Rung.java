package dev.muster.group;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How far a member has come with a revision; in the order in which a member may pass
 * through them.
 */
public enum Rung {

    /** Not present now; it takes the revision when it comes back. */
    AWAY,

    /** Present, and not there yet; the reason says what it waits for. */
    WAITING,

    /** Has it on disk. */
    RECEIVED,

    /** Its files are written. */
    RENDERED,

    /** No rendered file differs; nothing was done. */
    UNCHANGED,

    /** The service has been told of its new configuration. */
    RECONFIGURED,

    /** The service's process is a new one. */
    RESTARTED,

    /** Applied, and the service has been well since. A top. */
    HEALTHY,

    /** It could not be taken; the reason says why. An end, but no top. */
    FAILED,

    /** Received by a service that is to be down; it is used at the next start. A top. */
    STOPPED;

    @JsonCreator
    public static Rung of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean top() {
        return this == HEALTHY || this == STOPPED;
    }

    boolean ended() {
        return top() || this == FAILED;
    }

}
