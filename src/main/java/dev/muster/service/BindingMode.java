package dev.muster.service;

import java.util.Locale;

/** Whether a service waits for the groups it is bound to. */
public enum BindingMode {

    STRICT, RELAXED;

    /** The word for it in spec files and answers. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException when there is no such word
     */
    public static BindingMode parse(String word) {
        for (BindingMode known : values()) {
            if (known.wireName().equals(word)) {
                return known;
            }
        }
        throw new IllegalArgumentException("The binding mode is strict or relaxed, not " + word);
    }

}
