package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only log of JSON lines, each with the hash of the one before it, in segments
 * of bounded size of which the oldest are given up. The first line of each segment names
 * the node, and has the hash of the last line of the segment before, which may be gone. A
 * line is on the disk when it was appended. Any thread.
 */
public final class AuditLog implements AutoCloseable {

    /** Bytes of a segment. */
    public static final long SEGMENT = 8L * 1024 * 1024;

    /** So many segments are kept. */
    public static final int SEGMENTS = 8;

    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

    private final AuditFiles files;

    private final String node;

    private final long segmentBytes;

    private final int mostSegments;

    private @Nullable FileChannel out;

    private long segment;

    private long size;

    private long next;

    private String previous = AuditLine.NONE;

    private AuditLog(Path directory, String node, long segmentBytes, int mostSegments) {
        this.files = new AuditFiles(directory);
        this.node = node;
        this.segmentBytes = segmentBytes;
        this.mostSegments = mostSegments;
    }

    /**
     * Opens the log of a node, or begins it.
     * @param directory made where there is none
     * @param node its id
     * @throws IOException when it cannot be read or written
     */
    public static AuditLog open(Path directory, String node) throws IOException {
        return open(directory, node, SEGMENT, SEGMENTS);
    }

    static AuditLog open(Path directory, String node, long segmentBytes, int mostSegments) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        AuditLog opened = new AuditLog(directory, node, segmentBytes, mostSegments);
        opened.resume();
        return opened;
    }

    private void resume() throws IOException {
        List<Path> segments = this.files.segments();
        Optional<AuditFiles.Head> head = this.files.head();
        Optional<String> last = Optional.empty();
        for (int i = segments.size() - 1; i >= 0 && last.isEmpty(); i--) {
            cutTornLine(segments.get(i));
            last = lines(segments.get(i)).stream().reduce((before, after) -> after);
        }
        if (!segments.isEmpty()) {
            this.segment = AuditFiles.number(segments.get(segments.size() - 1));
        }
        if (last.isPresent()) {
            this.previous = AuditLine.hash(last.get());
            this.next = number(last.get()) + 1;
        }
        long expected = head.map((known) -> known.number() + 1).orElse(0L);
        if (expected > this.next) {
            log.error(
                    "Lines are missing at the end of the audit log, somebody took them away: directory={} expected={} "
                            + "found={}",
                    this.files.segment(this.segment).getParent(), expected, this.next);
            // The gap stays to be seen.
            this.next = expected;
        }
        Path newest = this.files.segment(this.segment);
        if (last.isEmpty() || Files.size(newest) == 0 || Files.size(newest) >= this.segmentBytes) {
            begin();
        }
        else {
            this.out = FileChannel.open(newest, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            this.size = Files.size(newest);
            if (head.isEmpty()) {
                this.files.head(new AuditLine(this.next - 1, "", last.get()));
            }
        }
    }

    private static long number(String line) {
        try {
            return AuditLine.parse(line).number();
        }
        catch (IllegalArgumentException ex) {
            // Damaged; that its number does not follow will tell.
            return -1;
        }
    }

    /** What was being written when the host failed was told to nobody. */
    private static void cutTornLine(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end < bytes.length) {
            log.warn("A line of the audit log that was not whole was cut: file={} bytes={}", segment,
                    bytes.length - end);
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                channel.truncate(end);
                channel.force(true);
            }
        }
    }

    static List<String> lines(Path segment) throws IOException {
        String text = Files.readString(segment, StandardCharsets.ISO_8859_1);
        // A line that is being written now is none yet.
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        return new String(whole.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).lines().toList();
    }

    private void begin() throws IOException {
        closeSegment();
        Path file = this.files.segment(++this.segment);
        this.out = FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        this.size = 0;
        Map<String, Object> first = new LinkedHashMap<>();
        first.put("node", this.node);
        first.put("segment", this.segment);
        write(first);
        Disk.LOCAL.syncDirectory(file.getParent());
        List<Path> segments = this.files.segments();
        for (Path oldest : segments.subList(0, Math.max(0, segments.size() - this.mostSegments))) {
            Files.delete(oldest);
        }
    }

    /**
     * Adds a line.
     * @param content what it says, after its number and hash
     * @throws IOException when it is not on the disk
     */
    public synchronized void append(Map<String, ? extends @Nullable Object> content) throws IOException {
        if (this.size >= this.segmentBytes || this.out == null) {
            begin();
        }
        write(content);
    }

    private void write(Map<String, ? extends @Nullable Object> content) throws IOException {
        FileChannel channel = this.out;
        if (channel == null) {
            throw new IOException("The audit log is closed");
        }
        AuditLine line = AuditLine.of(this.next, this.previous, content);
        ByteBuffer bytes = ByteBuffer.wrap((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
        int length = bytes.remaining();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
        catch (IOException ex) {
            takeBack(channel, ex);
            throw ex;
        }
        this.size += length;
        this.next++;
        this.previous = line.hash();
        this.files.head(line);
    }

    /** Half a line must not have another one behind it. */
    private void takeBack(FileChannel channel, IOException cause) {
        try {
            channel.truncate(this.size);
        }
        catch (IOException ex) {
            cause.addSuppressed(ex);
        }
    }

    /**
     * Whole lines, the newest first.
     * @param wanted which of them
     * @param limit not more than so many
     */
    public List<String> newest(Predicate<String> wanted, int limit) throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> segments = this.files.segments();
        for (int i = segments.size() - 1; i >= 0 && found.size() < limit; i--) {
            List<String> lines = lines(segments.get(i));
            for (int line = lines.size() - 1; line >= 0 && found.size() < limit; line--) {
                if (wanted.test(lines.get(line))) {
                    found.add(lines.get(line));
                }
            }
        }
        return found;
    }

    private void closeSegment() throws IOException {
        FileChannel channel = this.out;
        this.out = null;
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closeSegment();
    }

}
