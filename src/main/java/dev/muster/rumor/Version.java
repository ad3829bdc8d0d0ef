package dev.muster.rumor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Orders all facts under one key, down to the last bit, so that every member chooses the
 * same one whatever order they arrive in. For revisions {@code major} is the number
 * people gave or got, {@code minor} its time and {@code author} who made it; for what a
 * member says of itself {@code major} is its incarnation and {@code minor} a sequence.
 *
 * @param major compared first
 * @param minor compared second; for revisions microseconds since 1970, which only break
 * ties
 * @param author compared third, as UTF-8 bytes; empty is below everybody
 * @param hash of the whole encoded fact; compared last
 */
public record Version(long major, long minor, String author, Hash hash) implements Comparable<Version> {

    private static final Comparator<String> AS_BYTES = (left, right) -> Arrays
        .compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

    private static final Comparator<Version> ORDER = Comparator.comparingLong(Version::major)
        .thenComparingLong(Version::minor)
        .thenComparing(Version::author, AS_BYTES)
        .thenComparing(Version::hash);

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

}
