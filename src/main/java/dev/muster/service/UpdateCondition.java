package dev.muster.service;

import java.util.Locale;

/** Which release of a channel counts as new. */
public enum UpdateCondition {

    LATEST, TRACK_CHANNEL;

    /** The word for it in spec files and answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException when there is no such word
     */
    public static UpdateCondition parse(String word) {
        for (UpdateCondition known : values()) {
            if (known.wireName().equals(word)) {
                return known;
            }
        }
        throw new IllegalArgumentException("The update condition is latest or track-channel, not " + word);
    }

}
