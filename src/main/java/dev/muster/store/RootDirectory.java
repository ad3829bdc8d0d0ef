package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.muster.rumor.MemberId;

/**
 * The root directory of the node that runs in this process, held until it is closed: no
 * second node can have it. Small files in it are replaced whole, so that whoever reads
 * one finds what was or what is.
 */
public final class RootDirectory implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RootDirectory.class);

    private static final int SECRET_BYTES = 64;

    /** A client that looks whether a node runs holds the lock for a moment. */
    private static final int LOCK_ATTEMPTS = 10;

    /**
     * Locks belong to the process: opening and closing a lock file that it holds already
     * would free it.
     */
    private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

    private final RootLayout layout;

    private final FileChannel lock;

    private RootDirectory(RootLayout layout, FileChannel lock) {
        this.layout = layout;
        this.lock = lock;
    }

    /**
     * Makes what is missing below the root and takes it for this process.
     * @param random for the control secret, which is made once
     * @throws RootInUseException when another node has it, or it is a Habitat
     * Supervisor's; nothing was changed then
     * @throws UnusableRootException when it cannot be written
     */
    public static RootDirectory claim(RootLayout layout, SecureRandom random)
            throws RootInUseException, UnusableRootException {
        refuseHabitat(layout);
        makeDirectory(layout, layout.root(), "rwxr-xr-x");
        makeDirectory(layout, layout.supervisor().getParent(), "rwxr-xr-x");
        makeDirectory(layout, layout.supervisor(), "rwxr-xr-x");
        RootDirectory claimed = new RootDirectory(layout, lock(layout));
        try {
            makeDirectory(layout, layout.packages(), "rwxr-xr-x");
            makeDirectory(layout, layout.services(), "rwxr-xr-x");
            makeDirectory(layout, layout.user(), "rwxr-xr-x");
            makeDirectory(layout, layout.keys().getParent(), "rwxr-xr-x");
            makeDirectory(layout, layout.keys(), "rwx------");
            makeDirectory(layout, layout.specs(), "rwxr-xr-x");
            makeDirectory(layout, layout.data(), "rwx------");
            Files.deleteIfExists(layout.controlAddress());
            Files.deleteIfExists(layout.controlCertificate());
            if (!Files.exists(layout.controlSecret())) {
                byte[] secret = new byte[SECRET_BYTES];
                random.nextBytes(secret);
                claimed.replace(layout.controlSecret(), Base64.getEncoder().encodeToString(secret), "rw-------");
            }
            return claimed;
        }
        catch (UnusableRootException ex) {
            claimed.close();
            throw ex;
        }
        catch (IOException ex) {
            claimed.close();
            throw new UnusableRootException(layout.root(), layout.supervisor(), ex);
        }
    }

    private static void refuseHabitat(RootLayout layout) throws RootInUseException, UnusableRootException {
        Path launcher = layout.root().resolve("launcher");
        if (Files.exists(launcher)) {
            throw habitat(layout, launcher);
        }
        if (!Files.isDirectory(layout.data())) {
            return;
        }
        try (DirectoryStream<Path> rumors = Files.newDirectoryStream(layout.data(), "*.rst")) {
            for (Path rumor : rumors) {
                throw habitat(layout, rumor);
            }
        }
        catch (RootInUseException ex) {
            throw ex;
        }
        catch (IOException ex) {
            throw new UnusableRootException(layout.root(), layout.data(), ex);
        }
    }

    private static RootInUseException habitat(RootLayout layout, Path trace) {
        return new RootInUseException(layout.root(),
                "The root directory " + layout.root() + " belongs to a Habitat Supervisor (" + trace
                        + " is there): give Muster one of its own with --root or " + RootLayout.VARIABLE);
    }

    private static void makeDirectory(RootLayout layout, Path directory, String mode) throws UnusableRootException {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
            }
        }
        catch (IOException ex) {
            throw new UnusableRootException(layout.root(), directory, ex);
        }
    }

    private static FileChannel lock(RootLayout layout) throws RootInUseException, UnusableRootException {
        Path file = layout.lock();
        if (!CLAIMED.add(real(layout))) {
            throw inUse(layout, OptionalLong.of(ProcessHandle.current().pid()));
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = channel.tryLock();
            for (int attempt = 1; held == null && attempt < LOCK_ATTEMPTS; attempt++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                held = channel.tryLock();
            }
            if (held == null) {
                channel.close();
                throw inUse(layout, readProcess(file));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
            return channel;
        }
        catch (RootInUseException ex) {
            CLAIMED.remove(real(layout));
            throw ex;
        }
        catch (IOException ex) {
            CLAIMED.remove(real(layout));
            throw new UnusableRootException(layout.root(), file, ex);
        }
    }

    private static RootInUseException inUse(RootLayout layout, OptionalLong process) {
        String who = process.isPresent() ? "process " + process.getAsLong() : "another process";
        return new RootInUseException(layout.root(), "The root directory " + layout.root() + " is used by " + who
                + ", another Supervisor: stop that one, or give this one a root of its own with --root");
    }

    private static Path real(RootLayout layout) {
        try {
            return layout.supervisor().toRealPath();
        }
        catch (IOException ex) {
            return layout.supervisor();
        }
    }

    static boolean isClaimed(RootLayout layout) {
        return CLAIMED.contains(real(layout));
    }

    static OptionalLong readProcess(Path lock) throws IOException {
        String text = Files.readString(lock, StandardCharsets.ISO_8859_1).strip();
        return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    public RootLayout layout() {
        return this.layout;
    }

    /**
     * What clients have to know.
     * @throws UnusableRootException when it cannot be read, or is empty
     */
    public String controlSecret() throws UnusableRootException {
        Path file = this.layout.controlSecret();
        String secret = read(file).orElse("").strip();
        if (secret.isEmpty()) {
            throw new UnusableRootException(this.layout.root(), "The control secret in " + file
                    + " is empty: remove that file, and the next start makes another secret");
        }
        return secret;
    }

    /** Says where the control gateway can be reached, until this is closed. */
    public void announceControlAddress(String url) throws UnusableRootException {
        replace(this.layout.controlAddress(), url, "rw-r--r--");
    }

    /**
     * Says what clients on this host may trust at that address, until this is closed.
     * @param pem of one certificate
     */
    public void announceControlCertificate(String pem) throws UnusableRootException {
        replace(this.layout.controlCertificate(), pem.strip(), "rw-r--r--");
    }

    /** Keeps who this member is, for people; what it is comes from its key. */
    public void recordMemberId(MemberId id) throws UnusableRootException {
        Path file = this.layout.memberId();
        Optional<String> before = read(file).map(String::strip);
        if (before.isPresent() && before.get().equals(id.hex())) {
            return;
        }
        before.ifPresent((other) -> log.warn("Member id replaced: file={} before={} now={}", file, other, id));
        replace(file, id.hex(), "rw-r--r--");
    }

    /**
     * Raises the incarnation of this member by one, and returns once that is synced; to
     * be called once a start. A damaged file is set aside and counting goes on above what
     * is known otherwise: should the ring remember a greater one, this member hears of
     * itself and refutes.
     * @param greatestKnown the greatest incarnation that this member's own facts tell of,
     * or 0
     */
    public long raiseIncarnation(long greatestKnown) throws UnusableRootException {
        Path file = this.layout.incarnation();
        long raised = Math.max(lastIncarnation(file), greatestKnown) + 1;
        replace(file, Long.toString(raised), "rw-r--r--");
        return raised;
    }

    private long lastIncarnation(Path file) throws UnusableRootException {
        Optional<String> text = read(file).map(String::strip);
        if (text.isEmpty()) {
            return 0;
        }
        if (text.get().matches("\\d{1,18}")) {
            return Long.parseLong(text.get());
        }
        Path aside = file.resolveSibling("INCARNATION.damaged");
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
        catch (IOException ex) {
            throw new UnusableRootException(this.layout.root(), file, ex);
        }
        log.warn("Incarnation unreadable, counting on from what the log says: file={} copy={}", file, aside);
        return 0;
    }

    private Optional<String> read(Path file) throws UnusableRootException {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
        catch (NoSuchFileException ex) {
            return Optional.empty();
        }
        catch (IOException ex) {
            throw new UnusableRootException(this.layout.root(), file, ex);
        }
    }

    private void replace(Path file, String line, String mode) throws UnusableRootException {
        Path next = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(mode));
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            Disk.LOCAL.syncDirectory(file.toAbsolutePath().getParent());
        }
        catch (IOException ex) {
            throw new UnusableRootException(this.layout.root(), file, ex);
        }
    }

    /** Takes back what was announced of the control gateway and gives the root free. */
    @Override
    public void close() {
        try (this.lock) {
            Files.deleteIfExists(this.layout.controlAddress());
            Files.deleteIfExists(this.layout.controlCertificate());
        }
        catch (IOException ex) {
            log.warn("Root directory not left in order: root={} reason={}", this.layout.root(), ex.toString());
        }
        finally {
            CLAIMED.remove(real(this.layout));
        }
    }

}
