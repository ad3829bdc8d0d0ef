package dev.muster.rumor;

import java.util.Comparator;
import java.util.Optional;

/**
 * What a fact is about. Under one key the greatest version wins.
 *
 * @param kind what sort of fact, as {@code config} or {@code state}; kinds that this
 * member does not know are kept and passed on like any other
 * @param subject what it is about first, usually a service group
 * @param detail what it is about second; a member's id where it is about that member; may
 * be empty
 */
public record FactKey(String kind, String subject, String detail) implements Comparable<FactKey> {

    /** Of a fact that says of a member, its subject, that it will not come back. */
    public static final String DEPARTURE = "departure";

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

    public static FactKey departure(MemberId member) {
        return new FactKey(DEPARTURE, member.hex(), "");
    }

    /** Who will not come back, if that is what it is about. */
    Optional<MemberId> departed() {
        try {
            return this.kind.equals(DEPARTURE) ? Optional.of(new MemberId(this.subject)) : Optional.empty();
        }
        catch (IllegalArgumentException ex) {
            return Optional.empty();
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
