package dev.muster.service;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How far a member has come with the current revision of its group. Upwards:
 * {@code received}, {@code rendered}, then what the change caused, then {@code healthy};
 * {@code waiting}, {@code failed} and {@code stopped} carry a reason or none.
 */
public enum Rung {

    /** Not present; said of a member by others, never by itself. */
    AWAY,
    /** Something has to happen first; the reason says what. */
    WAITING,
    /** The revision is here and nothing was done with it yet. */
    RECEIVED,
    /** All files are written. */
    RENDERED,
    /** No rendered file differs from what the process runs with. */
    UNCHANGED,
    /** The {@code reconfigure} hook took the change. */
    RECONFIGURED,
    /** The process was started with the change. */
    RESTARTED,
    /** The process stayed alive through the settle time after the change. */
    HEALTHY,
    /** The change could not be taken, or the process ended on its own. */
    FAILED,
    /** The service is not to run; it renders when it is started again. */
    STOPPED;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing more is to be expected: a top, or a failure. */
    public boolean ended() {
        return this == HEALTHY || this == STOPPED || this == FAILED;
    }

    /** Whether only time is missing until this counts as healthy. */
    boolean settles() {
        return this == UNCHANGED || this == RECONFIGURED || this == RESTARTED;
    }

    /**
     * @throws IllegalArgumentException when there is no such rung
     */
    @JsonCreator
    public static Rung parse(String word) {
        for (Rung rung : values()) {
            if (rung.wireName().equals(word)) {
                return rung;
            }
        }
        throw new IllegalArgumentException("There is no rung " + word);
    }

}
