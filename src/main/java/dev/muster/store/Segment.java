package dev.muster.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.muster.rumor.Hash;

/**
 * One file of the log, and what is known of it without reading. Owned by the thread that
 * writes.
 */
final class Segment {

    /** What a segment begins with; the number is the version of its format. */
    static final String TITLE = "muster facts 2\n";

    /** One of a release that sealed nothing; it is read, and nothing is added to it. */
    static final String EARLIER_TITLE = "muster facts 1\n";

    static final int TITLE_BYTES = TITLE.length();

    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.facts");

    private final long number;

    private final Path file;

    /** Hashes of facts that lie here and do not count: dropped, or moved behind. */
    private final Set<Hash> buried = new HashSet<>();

    /** Hashes whose dropping is written here. */
    private final Set<Hash> dropped = new HashSet<>();

    private long length;

    private long liveBytes;

    private boolean pinned;

    private boolean earlier;

    Segment(Path directory, long number) {
        this.number = number;
        this.file = directory.resolve(String.format(Locale.ROOT, "%010d.facts", number));
    }

    /** The number of the segment with this file name, or -1 when it names none. */
    static long number(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    static ByteBuffer title() {
        return ByteBuffer.wrap(TITLE.getBytes(StandardCharsets.US_ASCII));
    }

    long number() {
        return this.number;
    }

    Path file() {
        return this.file;
    }

    /** How much of the file is written and synced, in bytes. */
    long length() {
        return this.length;
    }

    void length(long synced) {
        this.length = synced;
    }

    Set<Hash> buried() {
        return this.buried;
    }

    Set<Hash> dropped() {
        return this.dropped;
    }

    /** Bytes of records that count, frames included. */
    long liveBytes() {
        return this.liveBytes;
    }

    void live(Place place) {
        this.liveBytes += Frame.BYTES + place.length();
    }

    void bury(Hash hash, Place place) {
        this.liveBytes -= Frame.BYTES + place.length();
        this.buried.add(hash);
    }

    /** The only copy of something is here: the file is kept whatever it holds. */
    void pin() {
        this.pinned = true;
    }

    boolean pinned() {
        return this.pinned;
    }

    /** An earlier release began it, and would not understand what is added now. */
    void earlier() {
        this.earlier = true;
    }

    boolean isEarlier() {
        return this.earlier;
    }

    /**
     * Where a fact lies.
     *
     * @param segment in which file
     * @param offset of its frame
     * @param length of the payload: its hash and the fact
     */
    record Place(Segment segment, long offset, int length) {

    }

}
