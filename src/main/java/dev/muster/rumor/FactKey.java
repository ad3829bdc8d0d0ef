package dev.muster.rumor;

import java.util.Comparator;

/**
 * What a fact is about. Under one key the greatest version wins.
 *
 * @param kind what sort of fact, as {@code config} or {@code state}; kinds that this
 * member does not know are kept and passed on like any other
 * @param subject what it is about first, usually a service group
 * @param detail what it is about second, as a member's id; may be empty
 */
public record FactKey(String kind, String subject, String detail) implements Comparable<FactKey> {

    private static final int LONGEST = 300;

    private static final Comparator<FactKey> ORDER = Comparator.comparing(FactKey::kind)
        .thenComparing(FactKey::subject)
        .thenComparing(FactKey::detail);

    public FactKey {
        if (kind.isEmpty() || kind.length() > LONGEST || subject.length() > LONGEST || detail.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "Each part of a key has at most " + LONGEST + " characters, and a kind at least one: " + kind);
        }
    }

    @Override
    public int compareTo(FactKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return this.kind + '/' + this.subject + (this.detail.isEmpty() ? "" : '/' + this.detail);
    }

}
