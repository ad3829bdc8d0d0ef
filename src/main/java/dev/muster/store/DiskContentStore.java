package dev.muster.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

import dev.muster.content.ContentStore;
import dev.muster.key.Sealing;
import dev.muster.rumor.Hash;
import dev.muster.store.SealedFile.UnreadableBlockException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contents as files of one directory, all of them sealed: {@code HASH} is whole and was
 * synced before it got that name, {@code HASH.part} is the beginning of one,
 * {@code HASH.damaged} was whole once. Any thread may use it; who writes a beginning must
 * be alone with it.
 */
public final class DiskContentStore implements ContentStore {

    private static final Logger log = LoggerFactory.getLogger(DiskContentStore.class);

    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{64}");

    private static final String PART = ".part";

    private static final String RECEIVED = "received-";

    private final Path directory;

    private final Disk disk;

    private final Sealing sealing;

    private final SecureRandom random;

    private final Set<Hash> whole = ConcurrentHashMap.newKeySet();

    private final Set<Hash> begun = ConcurrentHashMap.newKeySet();

    private final AtomicLong receipts = new AtomicLong();

    private DiskContentStore(Path directory, Disk disk, Sealing sealing, SecureRandom random) {
        this.directory = directory;
        this.disk = disk;
        this.sealing = sealing;
        this.random = random;
    }

    /**
     * Opens a directory, which is made when it is missing; what was being received when
     * the node ended is gone.
     * @param sealing what all that is written is sealed with
     * @throws IOException when it cannot be read or made
     */
    public static DiskContentStore open(Path directory, Sealing sealing, SecureRandom random) throws IOException {
        return open(directory, Disk.LOCAL, sealing, random);
    }

    static DiskContentStore open(Path directory, Disk disk, Sealing sealing, SecureRandom random) throws IOException {
        Files.createDirectories(directory);
        DiskContentStore store = new DiskContentStore(directory, disk, sealing, random);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                store.found(file);
            }
        }
        return store;
    }

    private void found(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (WHOLE.matcher(name).matches()) {
            this.whole.add(Hash.parse(name));
        }
        else if (name.endsWith(PART) && WHOLE.matcher(name.substring(0, name.length() - PART.length())).matches()) {
            if (SealedFile.of(this.sealing, file).inClear()) {
                Files.delete(file);
            }
            else {
                this.begun.add(Hash.parse(name.substring(0, name.length() - PART.length())));
            }
        }
        else if (name.startsWith(RECEIVED)) {
            Files.delete(file);
        }
    }

    private Path file(Hash hash) {
        return this.directory.resolve(hash.hex());
    }

    private Path part(Hash hash) {
        return this.directory.resolve(hash.hex() + PART);
    }

    @Override
    public boolean has(Hash hash) {
        return this.whole.contains(hash);
    }

    /**
     * How many bytes one has that is here, whole; empty where it is not.
     * @throws IOException when the disk does not tell
     */
    public OptionalInt size(Hash hash) throws IOException {
        return has(hash) ? OptionalInt.of((int) SealedFile.of(this.sealing, file(hash)).size()) : OptionalInt.empty();
    }

    @Override
    public Set<Hash> held() {
        Set<Hash> held = new HashSet<>(this.whole);
        held.addAll(this.begun);
        return held;
    }

    /**
     * Takes a content whose hash is not known yet.
     * @param limit the most bytes that are taken
     * @return what came, on disk and synced
     * @throws ContentTooLargeException when there are more; nothing is kept
     * @throws StorageFullException when there is no room; nothing is kept
     * @throws IOException when it could not be read or written; nothing is kept
     */
    public Received receive(InputStream in, int limit) throws IOException {
        Path file = this.directory.resolve(RECEIVED + this.receipts.incrementAndGet());
        Files.deleteIfExists(file);
        MessageDigest digest = Hash.digest();
        byte[] buffer = new byte[SealedFile.BLOCK];
        int size = 0;
        try {
            try (Disk.Output out = this.disk.create(file)) {
                SealedFile sealed = begin(file, out);
                for (int read = in.readNBytes(buffer, 0, buffer.length); read > 0; read = in.readNBytes(buffer, 0,
                        buffer.length)) {
                    if (read > limit - size) {
                        throw new ContentTooLargeException(limit, size + read + rest(in, buffer));
                    }
                    digest.update(buffer, 0, read);
                    write(sealed, out, size, buffer, read);
                    size += read;
                }
                force(out);
            }
            Hash hash = Hash.wrap(digest.digest());
            settle(file, hash);
            return new Received(hash, size);
        }
        catch (IOException | RuntimeException ex) {
            Files.deleteIfExists(file);
            throw ex;
        }
    }

    /** A sender whose connection ends while it sends never reads why. */
    private static long rest(InputStream in, byte[] buffer) throws IOException {
        long rest = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            rest += read;
        }
        return rest;
    }

    private SealedFile begin(Path file, Disk.Output out) throws IOException {
        byte[] name = new byte[16];
        this.random.nextBytes(name);
        try {
            return SealedFile.begin(this.sealing, file, name, out);
        }
        catch (IOException ex) {
            throw told(ex);
        }
    }

    private void write(SealedFile file, Disk.Output out, long offset, byte[] bytes, int count) throws IOException {
        try {
            file.write(out, offset, bytes, count);
        }
        catch (IOException ex) {
            throw told(ex);
        }
    }

    private void force(Disk.Output out) throws IOException {
        try {
            out.force();
        }
        catch (IOException ex) {
            throw told(ex);
        }
    }

    private IOException told(IOException ex) {
        return StorageFullException.caused(ex) ? new StorageFullException(this.directory, ex) : ex;
    }

    private void settle(Path written, Hash hash) throws IOException {
        Files.move(written, file(hash), StandardCopyOption.ATOMIC_MOVE);
        this.disk.syncDirectory(this.directory);
        this.whole.add(hash);
    }

    @Override
    public byte[] read(Hash hash, long offset, int length) throws IOException {
        try {
            return SealedFile.of(this.sealing, file(hash)).read(offset, length);
        }
        catch (NoSuchFileException ex) {
            this.whole.remove(hash);
            throw ex;
        }
        catch (UnreadableBlockException ex) {
            throw damaged(hash, ex.getMessage());
        }
    }

    @Override
    public void copy(Hash hash, Path target) throws IOException {
        MessageDigest digest = Hash.digest();
        Files.deleteIfExists(target);
        try (Disk.Output out = this.disk.create(target)) {
            SealedFile file = SealedFile.of(this.sealing, file(hash));
            long size = file.size();
            for (long at = 0; at < size; at += SealedFile.BLOCK) {
                byte[] block = file.read(at, SealedFile.BLOCK);
                digest.update(block);
                out.write(ByteBuffer.wrap(block), at);
            }
            out.force();
        }
        catch (NoSuchFileException ex) {
            this.whole.remove(hash);
            throw ex;
        }
        catch (UnreadableBlockException ex) {
            throw damaged(hash, ex.getMessage());
        }
        if (!Hash.wrap(digest.digest()).equals(hash)) {
            throw damaged(hash, "it has another hash");
        }
    }

    private IOException damaged(Hash hash, @Nullable String why) throws IOException {
        this.whole.remove(hash);
        Path aside = this.directory.resolve(hash.hex() + ".damaged");
        Files.move(file(hash), aside, StandardCopyOption.ATOMIC_MOVE);
        log.warn("Damaged content set aside, other members are asked for it: content={} file={} reason={}", hash, aside,
                why);
        return new IOException("The stored content " + hash + " was damaged; other members are asked for it");
    }

    @Override
    public long begun(Hash hash) throws IOException {
        Path part = part(hash);
        if (!Files.exists(part)) {
            return 0;
        }
        SealedFile file = SealedFile.of(this.sealing, part);
        // Its head was not written whole.
        return file.inClear() ? 0 : file.whole();
    }

    @Override
    public void append(Hash hash, long offset, byte[] bytes) throws IOException {
        this.begun.add(hash);
        Path part = part(hash);
        if (offset == 0) {
            Files.deleteIfExists(part);
        }
        boolean there = offset > 0;
        try (Disk.Output out = there ? this.disk.open(part) : this.disk.create(part)) {
            SealedFile file = there ? SealedFile.of(this.sealing, part) : begin(part, out);
            write(file, out, offset, bytes, bytes.length);
        }
    }

    @Override
    public boolean complete(Hash hash) throws IOException {
        if (has(hash)) {
            abandon(hash);
            return true;
        }
        Path part = part(hash);
        if (!Files.exists(part)) {
            append(hash, 0, new byte[0]);
        }
        if (!hashOf(part).equals(Optional.of(hash))) {
            abandon(hash);
            return false;
        }
        try (Disk.Output out = this.disk.open(part)) {
            force(out);
        }
        catch (IOException ex) {
            // After a failed sync nobody knows what of the file is on the disk, and a
            // second one would not tell.
            abandon(hash);
            throw ex;
        }
        settle(part, hash);
        this.begun.remove(hash);
        return true;
    }

    /** Of the content; empty where a block of it is not whole. */
    private Optional<Hash> hashOf(Path path) throws IOException {
        MessageDigest digest = Hash.digest();
        SealedFile file = SealedFile.of(this.sealing, path);
        long size = file.size();
        try {
            for (long at = 0; at < size; at += SealedFile.BLOCK) {
                digest.update(file.read(at, SealedFile.BLOCK));
            }
            return Optional.of(Hash.wrap(digest.digest()));
        }
        catch (UnreadableBlockException ex) {
            return Optional.empty();
        }
    }

    @Override
    public void abandon(Hash hash) throws IOException {
        Files.deleteIfExists(part(hash));
        this.begun.remove(hash);
    }

    @Override
    public void delete(Hash hash) throws IOException {
        this.whole.remove(hash);
        Files.deleteIfExists(file(hash));
        abandon(hash);
    }

    /** What was received. */
    public record Received(Hash hash, int size) {
    }

}
