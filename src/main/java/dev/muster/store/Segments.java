package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.muster.rumor.Fact;
import dev.muster.rumor.Hash;
import dev.muster.store.Segment.Place;

/**
 * Writes the files of the log. One thread calls this.
 *
 * <p>
 * Records are staged, then committed: written, synced, and only then found. A commit that
 * failed leaves bytes behind that were promised to nobody. They are cut off, at once if
 * the disk lets us and in any case before something else is written, so that what was
 * reported as failed is not found by the next start; a process that dies before it could
 * cut them leaves the outcome open, as one does that dies before it could answer. The
 * file is not written to again: after a failed sync the system may have forgotten what it
 * did not write, and the next sync would succeed without it.
 */
final class Segments {

    private static final Logger log = LoggerFactory.getLogger(Segments.class);

    private static final int DROPS_IN_A_RECORD = 4096;

    private static final int BLOCK_BYTES = 256 * 1024;

    /** Room that must be there before a log that was full takes facts again. */
    private static final int PROBE_BYTES = 64 * 1024;

    private final Catalog catalog;

    private final SetAside aside;

    private final Disk disk;

    private final SealedFacts sealed;

    private final long segmentBytes;

    private final List<ByteBuffer> staged = new ArrayList<>();

    private final Map<Hash, Place> stagedFacts = new LinkedHashMap<>();

    /** Dropped, and not yet written so. */
    private final Set<Hash> owed = new LinkedHashSet<>();

    private @Nullable Segment active;

    private Disk.@Nullable Output output;

    private long stagedEnd;

    private boolean untidy = true;

    Segments(Catalog catalog, SetAside aside, Disk disk, SealedFacts sealed, long segmentBytes) {
        this.sealed = sealed;
        this.catalog = catalog;
        this.aside = aside;
        this.disk = disk;
        this.segmentBytes = segmentBytes;
    }

    /**
     * Goes on behind what the last segment holds, unless an earlier release wrote it,
     * which would take what is added for damage.
     */
    void resume() throws IOException {
        List<Segment> segments = this.catalog.segments();
        if (!segments.isEmpty() && !segments.get(segments.size() - 1).isEarlier()) {
            Segment last = segments.get(segments.size() - 1);
            activate(last, this.disk.open(last.file()));
        }
    }

    private void activate(Segment segment, Disk.Output out) {
        this.active = segment;
        this.output = out;
        this.stagedEnd = segment.length();
    }

    /**
     * Whether these facts go into the segment that is being written; a batch is never
     * spread over two.
     */
    boolean hasRoomFor(Collection<Fact> facts) {
        long bytes = facts.stream().mapToLong((fact) -> Frame.BYTES + SealedFacts.length(fact.size())).sum();
        return hasRoomFor(bytes);
    }

    private boolean hasRoomFor(long bytes) {
        return this.active != null
                && (this.stagedEnd == Segment.TITLE_BYTES || this.stagedEnd + bytes <= this.segmentBytes);
    }

    /**
     * To be written by the next {@link #commit}; does nothing for a fact that is there.
     */
    void stage(Fact fact) {
        if (!this.catalog.has(fact.hash()) && !this.stagedFacts.containsKey(fact.hash())) {
            stage(fact.hash(), fact.toBytes());
        }
    }

    private void stage(Hash hash, byte[] encoded) {
        ByteBuffer payload = this.sealed.seal(hash, encoded);
        Place place = new Place(writing(), this.stagedEnd, payload.remaining());
        stage(Frame.Kind.FACT, payload);
        this.stagedFacts.put(hash, place);
    }

    private void stage(Frame.Kind kind, ByteBuffer payload) {
        ByteBuffer head = ByteBuffer.allocate(Frame.BYTES);
        Frame.of(kind, payload).write(head, writing().number(), this.stagedEnd);
        this.staged.add(head.flip());
        this.staged.add(payload);
        this.stagedEnd += Frame.BYTES + payload.remaining();
    }

    /** What the next {@link #commit} writes. */
    long stagedBytes() {
        return (this.active != null) ? this.stagedEnd - this.active.length() : 0;
    }

    private Segment writing() {
        return Objects.requireNonNull(this.active, "No segment is being written: roll first");
    }

    /**
     * Forgets at once. That it did is written with the next facts, or at the end: a crash
     * in between brings back what was dropped, and whoever dropped it does so again.
     */
    void drop(Hash hash) {
        if (this.catalog.bury(hash)) {
            this.owed.add(hash);
            this.untidy = true;
        }
    }

    /**
     * Writes and syncs the facts that are staged, then they are found.
     * @throws IOException when they may not be on disk; {@link #abandon} follows
     */
    void commit() throws IOException {
        if (!this.stagedFacts.isEmpty()) {
            write();
        }
    }

    private void write() throws IOException {
        List<Hash> drops = stageDrops();
        Segment segment = writing();
        Disk.Output out = Objects.requireNonNull(this.output);
        long at = segment.length();
        ByteBuffer block = ByteBuffer.allocate((int) Math.min(this.stagedEnd - at, BLOCK_BYTES));
        for (ByteBuffer piece : this.staged) {
            while (piece.hasRemaining()) {
                int count = Math.min(piece.remaining(), block.remaining());
                block.put(piece.slice(piece.position(), count));
                piece.position(piece.position() + count);
                if (!block.hasRemaining()) {
                    at += flush(out, block, at);
                }
            }
        }
        flush(out, block, at);
        out.force();
        segment.length(this.stagedEnd);
        this.stagedFacts.forEach(this.catalog::put);
        segment.dropped().addAll(drops);
        drops.forEach(this.owed::remove);
        this.staged.clear();
        this.stagedFacts.clear();
    }

    private static int flush(Disk.Output out, ByteBuffer block, long at) throws IOException {
        int count = block.flip().remaining();
        out.write(block, at);
        block.clear();
        return count;
    }

    private List<Hash> stageDrops() {
        // What was appended again since is kept: its drop must not follow it.
        this.owed.removeIf((hash) -> this.catalog.has(hash) || this.stagedFacts.containsKey(hash));
        List<Hash> drops = List.copyOf(this.owed);
        for (int from = 0; from < drops.size(); from += DROPS_IN_A_RECORD) {
            List<Hash> part = drops.subList(from, Math.min(drops.size(), from + DROPS_IN_A_RECORD));
            ByteBuffer payload = ByteBuffer.allocate(part.size() * Hash.LENGTH);
            part.forEach((hash) -> payload.put(hash.bytes()));
            stage(Frame.Kind.DROP, payload.flip());
        }
        return drops;
    }

    /** Begins a segment; what was staged must be committed before. */
    void roll() throws IOException {
        roll(0);
    }

    private void roll(int probeBytes) throws IOException {
        Segment next = new Segment(this.catalog.directory(), this.catalog.lastNumber() + 1);
        // Left by an attempt that failed: it never held anything.
        Files.deleteIfExists(next.file());
        Disk.Output created = this.disk.create(next.file());
        try {
            created.write(Segment.title(), 0);
            if (probeBytes > 0) {
                created.write(ByteBuffer.allocate(probeBytes), Segment.TITLE_BYTES);
                created.force();
                created.truncate(Segment.TITLE_BYTES);
            }
            created.force();
            this.disk.syncDirectory(this.catalog.directory());
        }
        catch (IOException ex) {
            try (created) {
                Files.deleteIfExists(next.file());
            }
            catch (IOException second) {
                ex.addSuppressed(second);
            }
            throw ex;
        }
        closeOutput();
        next.length(Segment.TITLE_BYTES);
        this.catalog.add(next);
        activate(next, created);
        this.untidy = true;
    }

    /**
     * After a failed commit: nothing of it counts, and it is cut off.
     * @throws IOException when it could not be cut off; {@link #reopen} tries that again
     */
    void abandon() throws IOException {
        this.staged.clear();
        this.stagedFacts.clear();
        if (this.active != null) {
            this.stagedEnd = this.active.length();
            cut(this.active);
        }
    }

    /**
     * After {@link #abandon}: sees to it that the failed commit is cut off, reads again
     * what was synced before it, and begins a segment, with room.
     * @throws IOException when this cannot be done now
     */
    void reopen() throws IOException {
        if (this.active != null) {
            cut(this.active);
            verify(this.active);
            this.active = null;
        }
        roll(PROBE_BYTES);
    }

    private void cut(Segment segment) throws IOException {
        closeOutput();
        try (Disk.Output out = this.disk.open(segment.file())) {
            out.truncate(segment.length());
            out.force();
        }
    }

    private void verify(Segment segment) throws IOException {
        Map<Long, Hash> lost = this.catalog.in(segment);
        Map<Long, Place> places = new TreeMap<>();
        lost.forEach((offset, hash) -> this.catalog.find(hash).ifPresent((place) -> places.put(offset, place)));
        try (SegmentScan scan = new SegmentScan(segment, SegmentScan.window())) {
            scan.read(new SegmentScan.Found() {

                @Override
                public void record(Frame.Kind kind, long offset, ByteBuffer payload) {
                    lost.remove(offset);
                }

                @Override
                public void damaged(long offset, long length, String reason) {
                    // Facts are reported below, each on its own: others are asked for it.
                    if (lost.keySet().stream().noneMatch((at) -> at >= offset && at < offset + length)) {
                        Segments.this.aside.report(segment, offset, length, reason, null);
                    }
                }

            });
        }
        lost.forEach((offset, hash) -> {
            this.catalog.bury(hash);
            this.aside.report(segment, offset, Frame.BYTES + places.get(offset).length(), "A record that is not whole",
                    hash);
        });
    }

    /**
     * Gives room back: deletes or moves one segment, if that is worth it.
     * @return whether there may be more to do
     */
    boolean tidy() throws IOException {
        if (!this.untidy || this.active == null) {
            return false;
        }
        for (Segment segment : this.catalog.segments()) {
            if (segment != this.active && !segment.pinned() && segment.liveBytes() * 2 < segment.length()) {
                Set<Hash> drops = this.catalog.neededDrops(segment);
                long kept = segment.liveBytes() + (long) drops.size() * Hash.LENGTH;
                if (kept * 2 < segment.length()) {
                    this.owed.addAll(drops);
                    move(segment);
                    return true;
                }
            }
        }
        this.untidy = false;
        return false;
    }

    private void move(Segment segment) throws IOException {
        long live = segment.liveBytes();
        long pending = 0;
        for (Hash hash : this.catalog.in(segment).values()) {
            Place place = this.catalog.find(hash).orElseThrow();
            if (!hasRoomFor(Frame.BYTES + place.length())) {
                commit();
                roll();
            }
            byte[] encoded = read(hash, place);
            if (encoded.length > 0) {
                stage(hash, encoded);
                pending += encoded.length;
            }
            if (pending > 4 * BLOCK_BYTES) {
                commit();
                pending = 0;
            }
        }
        commit();
        if (!segment.pinned()) {
            Files.deleteIfExists(segment.file());
            this.catalog.remove(segment);
            log.debug("Segment given back: file={} bytes={} moved={}", segment.file(), segment.length(), live);
        }
    }

    /**
     * The encoded fact that lies there; any thread may call this.
     * @return nothing when it is not what was written, which is then reported
     */
    byte[] read(Hash hash, Place place) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(Frame.BYTES + place.length());
        try (FileChannel channel = FileChannel.open(place.segment().file(), StandardOpenOption.READ)) {
            while (record.hasRemaining()) {
                if (channel.read(record, place.offset() + record.position()) < 0) {
                    break;
                }
            }
        }
        if (!record.hasRemaining()) {
            Optional<byte[]> encoded = Frame.read(record, 0, place.segment().number(), place.offset())
                .flatMap((frame) -> this.sealed.open(frame.kind(), hash,
                        record.duplicate().position(Frame.BYTES + Hash.LENGTH)))
                .filter((found) -> Hash.of(found).equals(hash));
            if (encoded.isPresent()) {
                return encoded.get();
            }
        }
        this.catalog.lost(hash, place);
        this.aside.report(place.segment(), place.offset(), record.position(), "A fact that is not what its hash says",
                hash);
        return new byte[0];
    }

    /** Writes what is owed and ends. */
    void close() throws IOException {
        try {
            if (!this.owed.isEmpty() && this.output != null) {
                write();
            }
        }
        finally {
            closeOutput();
        }
    }

    private void closeOutput() throws IOException {
        Disk.Output open = this.output;
        this.output = null;
        if (open != null) {
            open.close();
        }
    }

}
