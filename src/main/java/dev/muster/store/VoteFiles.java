package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import dev.muster.election.ElectionCodec;
import dev.muster.election.VoteRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this member must not forget of elections, one file a group: four letters, the
 * CRC-32C of the rest, and the record. Written whole or not at all, and synced. A damaged
 * one is set aside, never altered: its member votes no longer until its leader lets it in
 * again.
 */
public final class VoteFiles {

    private static final Logger log = LoggerFactory.getLogger(VoteFiles.class);

    private static final byte[] FORMAT = "MVR1".getBytes(StandardCharsets.US_ASCII);

    private static final String ENDING = ".vote";

    private static final String ASIDE = ".damaged";

    private final Path directory;

    private VoteFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * @throws IOException when the directory cannot be made
     */
    public static VoteFiles open(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new VoteFiles(directory);
    }

    /**
     * @param damaged whether there was one that cannot be read, now or before
     */
    public record Found(Optional<VoteRecord> record, boolean damaged) {
    }

    /**
     * @throws IOException when the file is there and cannot be read at all
     */
    public Found read(String group) throws IOException {
        Path file = file(group);
        boolean before = Files.exists(aside(group));
        try {
            return new Found(Optional.of(decode(Files.readAllBytes(file))), before);
        }
        catch (NoSuchFileException ex) {
            return new Found(Optional.empty(), before);
        }
        catch (IllegalArgumentException ex) {
            log.error("Record of votes is damaged, this member votes no longer until its leader lets it in again:"
                    + " file={} setAside={} reason={}", file, aside(group), ex.getMessage());
            Files.move(file, aside(group), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            Disk.LOCAL.syncDirectory(this.directory);
            return new Found(Optional.empty(), true);
        }
    }

    private static VoteRecord decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] format = new byte[FORMAT.length];
        if (bytes.length < FORMAT.length + Integer.BYTES) {
            throw new IllegalArgumentException("it has only " + bytes.length + " bytes");
        }
        in.get(format);
        if (!Arrays.equals(format, FORMAT)) {
            throw new IllegalArgumentException("it does not begin with MVR1");
        }
        int sum = in.getInt();
        byte[] record = new byte[in.remaining()];
        in.get(record);
        if (sum != sum(record)) {
            throw new IllegalArgumentException("its checksum does not fit");
        }
        return ElectionCodec.decodeRecord(record);
    }

    private static int sum(byte[] record) {
        CRC32C sum = new CRC32C();
        sum.update(record);
        return (int) sum.getValue();
    }

    /**
     * Writes and syncs.
     * @throws IOException when it is not on disk; what was there before still is
     */
    public void write(String group, VoteRecord record) throws IOException {
        byte[] body = ElectionCodec.encode(record);
        ByteBuffer bytes = ByteBuffer.allocate(FORMAT.length + Integer.BYTES + body.length);
        bytes.put(FORMAT).putInt(sum(body)).put(body);
        NewFile.replace(file(group), bytes.array(), "rw-------");
    }

    /** Groups of which there is a record. */
    public Set<String> groups() throws IOException {
        Set<String> groups = new TreeSet<>();
        try (Stream<Path> files = Files.list(this.directory)) {
            files.map((file) -> file.getFileName().toString())
                .filter((name) -> name.endsWith(ENDING) && !name.startsWith("."))
                .forEach((name) -> groups.add(name.substring(0, name.length() - ENDING.length())));
        }
        return groups;
    }

    private Path file(String group) {
        return this.directory.resolve(group + ENDING);
    }

    private Path aside(String group) {
        return this.directory.resolve(group + ENDING + ASIDE);
    }

}
