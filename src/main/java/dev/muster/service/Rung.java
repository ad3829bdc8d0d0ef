package dev.muster.service;

import java.util.Locale;

/**
 * How far a member has come with the current revision of its group. Upwards:
 * {@code received}, {@code rendered}, then what the change caused, then {@code healthy};
 * {@code waiting}, {@code failed} and {@code stopped} carry a reason or none.
 */
public enum Rung {

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

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether only time is missing until this counts as healthy. */
    boolean settles() {
        return this == UNCHANGED || this == RECONFIGURED || this == RESTARTED;
    }

    /**
     * @throws IllegalArgumentException when there is no such rung
     */
    public static Rung parse(String word) {
        for (Rung rung : values()) {
            if (rung.wireName().equals(word)) {
                return rung;
            }
        }
        throw new IllegalArgumentException("There is no rung " + word);
    }

}
