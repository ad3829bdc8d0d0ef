package dev.muster.service;

import java.util.Locale;

/** What becomes of a process whose member may no longer lead. */
public enum OnLostLease {

    /** It is stopped, and killed before another may lead. */
    STOP,

    /** It goes on: whatever it writes to checks the term. */
    KEEP;

    /** The word for it in spec files and answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException when there is no such word
     */
    public static OnLostLease parse(String word) {
        for (OnLostLease known : values()) {
            if (known.wireName().equals(word)) {
                return known;
            }
        }
        throw new IllegalArgumentException("On a lost lease it is stop or keep, not " + word);
    }

}
