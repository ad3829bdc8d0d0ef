package dev.muster.service;

import java.util.Locale;

/** How the members of a group stand to one another. */
public enum Topology {

    STANDALONE, LEADER;

    /** The word for it in spec files and answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException when there is no such word
     */
    public static Topology parse(String word) {
        for (Topology known : values()) {
            if (known.wireName().equals(word)) {
                return known;
            }
        }
        throw new IllegalArgumentException("The topology is standalone or leader, not " + word);
    }

}
