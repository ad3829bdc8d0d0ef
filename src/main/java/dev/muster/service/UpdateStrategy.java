package dev.muster.service;

import java.util.Locale;

/** How a new release of the package is taken. */
public enum UpdateStrategy {

    NONE, AT_ONCE, ROLLING;

    /** The word for it in spec files and answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException when there is no such word
     */
    public static UpdateStrategy parse(String word) {
        for (UpdateStrategy known : values()) {
            if (known.wireName().equals(word)) {
                return known;
            }
        }
        throw new IllegalArgumentException("The update strategy is none, at-once or rolling, not " + word);
    }

}
