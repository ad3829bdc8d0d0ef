package dev.muster.service;

import java.util.Locale;

/** Whether a service shall run; survives restarts of the node. */
public enum DesiredState {

    UP, DOWN;

    /** The word for it in spec files and answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException when there is no such word
     */
    public static DesiredState parse(String word) {
        for (DesiredState known : values()) {
            if (known.wireName().equals(word)) {
                return known;
            }
        }
        throw new IllegalArgumentException("The desired state is up or down, not " + word);
    }

}
