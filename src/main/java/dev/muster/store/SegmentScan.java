package dev.muster.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Reads one segment from its beginning, record by record, through a window that holds the
 * longest one. Goes on behind damage, at the next record that is whole.
 */
final class SegmentScan implements Closeable {

    private static final int WINDOW = 2 * (Frame.BYTES + Frame.MAX_PAYLOAD);

    private final Segment segment;

    private final FileChannel channel;

    private final ByteBuffer window;

    private final long end;

    private long windowStart;

    /**
     * @param window reused from scan to scan, made by {@link #window()}
     */
    SegmentScan(Segment segment, ByteBuffer window) throws IOException {
        this.segment = segment;
        this.window = window.clear().limit(0);
        this.channel = FileChannel.open(segment.file(), StandardOpenOption.READ);
        this.end = this.channel.size();
    }

    static ByteBuffer window() {
        return ByteBuffer.allocate(WINDOW);
    }

    /**
     * Tells {@code found} of everything up to the end of the file.
     * @return where a record begins that the file ends within, or the length of the file
     * @throws IOException when the file cannot be read, or was written by a later release
     */
    long read(Found found) throws IOException {
        long damagedFrom = -1;
        long at = checkTitle() ? Segment.TITLE_BYTES : 0;
        if (at == 0) {
            damagedFrom = 0;
        }
        while (at < this.end) {
            Optional<Frame> frame = frameAt(at);
            if (frame.isEmpty()) {
                damagedFrom = (damagedFrom < 0) ? at : damagedFrom;
                at++;
                continue;
            }
            if (damagedFrom >= 0) {
                found.damaged(damagedFrom, at - damagedFrom, "Bytes that are no record");
                damagedFrom = -1;
            }
            int size = frame.get().size();
            if (at + size > this.end) {
                return at;
            }
            ByteBuffer payload = bytes(at + Frame.BYTES, frame.get().length());
            if (Frame.check(payload) == frame.get().check()) {
                found.record(frame.get().kind(), at, payload);
            }
            else {
                found.damaged(at, size, "A record with a wrong check sum");
            }
            at += size;
        }
        if (damagedFrom < 0) {
            return this.end;
        }
        if (this.end - damagedFrom < Frame.BYTES || isZero(damagedFrom)) {
            return damagedFrom;
        }
        found.damaged(damagedFrom, this.end - damagedFrom, "Bytes that are no record");
        return this.end;
    }

    private boolean checkTitle() throws IOException {
        if (this.end < Segment.TITLE_BYTES) {
            return false;
        }
        String title = StandardCharsets.ISO_8859_1.decode(bytes(0, Segment.TITLE_BYTES)).toString();
        if (title.equals(Segment.EARLIER_TITLE)) {
            this.segment.earlier();
            return true;
        }
        boolean other = !title.equals(Segment.TITLE) && title.matches("muster facts \\d\n");
        // A file that holds nothing else may be deleted, whoever wrote it.
        if (other && this.end > Segment.TITLE_BYTES && frameAt(Segment.TITLE_BYTES).isEmpty()) {
            throw new IOException(this.segment.file() + " was written by a later release of Muster (it begins with \""
                    + title.strip() + "\"): start that release, or give this one another root directory");
        }
        return title.equals(Segment.TITLE);
    }

    private Optional<Frame> frameAt(long offset) throws IOException {
        if (this.end - offset < Frame.BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = bytes(offset, Frame.BYTES);
        return Frame.read(bytes, bytes.position(), this.segment.number(), offset);
    }

    private boolean isZero(long from) throws IOException {
        for (long at = from; at < this.end; at++) {
            if (bytes(at, 1).get() != 0) {
                return false;
            }
        }
        return true;
    }

    /** These bytes of the file; valid until the next call. */
    private ByteBuffer bytes(long offset, int length) throws IOException {
        if (offset < this.windowStart || offset + length > this.windowStart + this.window.limit()) {
            this.window.clear();
            this.windowStart = offset;
            while (this.window.hasRemaining()) {
                if (this.channel.read(this.window, offset + this.window.position()) < 0) {
                    break;
                }
            }
            this.window.flip();
            if (this.window.limit() < length) {
                throw new IOException(this.segment.file() + " became shorter while it was read");
            }
        }
        int start = (int) (offset - this.windowStart);
        return this.window.duplicate().position(start).limit(start + length);
    }

    @Override
    public void close() throws IOException {
        this.channel.close();
    }

    /** Hears what a segment holds, in its order. */
    interface Found {

        /**
         * @param offset of the frame
         * @param payload valid during the call
         */
        void record(Frame.Kind kind, long offset, ByteBuffer payload) throws IOException;

        void damaged(long offset, long length, String reason) throws IOException;

    }

}
