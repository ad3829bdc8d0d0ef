package dev.muster.service;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.content.FileName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the group in a service's {@code files/}: each is written aside, synced and
 * moved over the one before, so that no reader meets half a file. What was put there is
 * noted, so that only that is taken away again, and nothing is written twice. Lives on
 * the service's loop.
 */
final class PlacedFiles {

    private static final Logger log = LoggerFactory.getLogger(PlacedFiles.class);

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private static final PosixFilePermission[] BITS = { PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ, PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ };

    private final ServiceDirectory directory;

    private final Accounts accounts;

    private final Path place;

    private final Path aside;

    private SortedMap<String, Placed> placed = new TreeMap<>();

    private boolean hookOwed;

    private String problem = "";

    /** What was logged last, for what is tried again and again is told once. */
    private String logged = "";

    PlacedFiles(ServiceDirectory directory, Accounts accounts) {
        this.directory = directory;
        this.accounts = accounts;
        this.place = directory.path().resolve("files");
        this.aside = directory.path().resolve(".files");
        read();
    }

    private void read() {
        Map<String, Object> tree = this.directory.readFiles();
        this.hookOwed = Boolean.TRUE.equals(tree.get("hook_owed"));
        if (tree.get("files") instanceof Map<?, ?> files) {
            files.forEach((name, what) -> Placed.read(what)
                .ifPresent((known) -> this.placed.put(String.valueOf(name), known)));
        }
    }

    /** Whether files have changed that the service has not been told of. */
    boolean hookOwed() {
        return this.hookOwed;
    }

    /** It was told, or finds out by itself. */
    void hookPaid() {
        if (this.hookOwed) {
            this.hookOwed = false;
            note();
        }
    }

    /** Why some file is not as it should be; empty if there is nothing to say. */
    String problem() {
        return this.problem;
    }

    /** By name, the revision in place. */
    SortedMap<String, String> inPlace() {
        SortedMap<String, String> revisions = new TreeMap<>();
        this.placed.forEach((name, known) -> revisions.put(name, known.revision));
        return revisions;
    }

    /**
     * Puts in their place the files that are here and differ, and takes away those that
     * are to be gone. One that cannot be written leaves the one before it, and the others
     * alone; {@link #problem} tells of it.
     * @param tell whether the service is to hear of changes by its hook
     */
    void bring(GroupFileSet wanted, RunAs runAs, boolean tell) {
        this.problem = "";
        boolean changed = false;
        boolean renamed = false;
        Set<String> names = new HashSet<>();
        try {
            for (GroupFile file : wanted.files()) {
                names.add(file.name().text());
                if (file.here() && isInPlace(file)) {
                    renamed |= rename(file);
                }
                else if (file.here()) {
                    changed |= put(file, wanted.contents(), runAs);
                }
            }
            for (String name : Set.copyOf(this.placed.keySet())) {
                changed |= !names.contains(name) && remove(name);
            }
            if (changed) {
                clear(this.aside);
                sync(this.place);
            }
        }
        catch (IOException ex) {
            failed("files of the group", ex);
        }
        this.hookOwed |= changed && tell;
        if (changed || renamed) {
            note();
        }
    }

    /** Whether all of these that are here are in their place already, and no others. */
    boolean nothingToDo(GroupFileSet wanted) {
        Set<String> names = new HashSet<>();
        for (GroupFile file : wanted.files()) {
            names.add(file.name().text());
            Placed known = this.placed.get(file.name().text());
            if (file.here() && (known == null || !known.revision.equals(file.revision()) || !isInPlace(file))) {
                return false;
            }
        }
        return this.problem.isEmpty() && names.containsAll(this.placed.keySet());
    }

    private boolean isInPlace(GroupFile file) {
        Placed known = this.placed.get(file.name().text());
        return known != null && known.hash.equals(file.hash()) && known.mode == file.mode()
                && known.owner.equals(file.owner())
                && known.stamp.equals(stamp(this.place.resolve(file.name().text())));
    }

    private boolean rename(GroupFile file) {
        Placed known = this.placed.get(file.name().text());
        Placed next = Placed.of(file, (known != null) ? known.stamp : "");
        return !next.equals(this.placed.put(file.name().text(), next));
    }

    private boolean put(GroupFile file, GroupFileSet.Contents contents, RunAs runAs) {
        try {
            this.directory.create(runAs);
            Path target = inside(file.name());
            if (!Files.isDirectory(this.aside, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(this.aside);
                Files.createDirectory(this.aside, PosixFilePermissions.asFileAttribute(PRIVATE));
            }
            Path fresh = this.aside.resolve("fresh");
            Files.deleteIfExists(fresh);
            contents.copy(file.hash(), fresh);
            // First the owner: whoever changes it may lose bits of the mode by that.
            ServiceDirectory.own(fresh, owner(file, runAs));
            Files.setPosixFilePermissions(fresh, permissions(file.mode()));
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            this.placed.put(file.name().text(), Placed.of(file, stamp(target)));
            log.info("File updated: directory={} file={} revision={}", this.place, file.name(), file.revision());
            return true;
        }
        catch (IOException | StartException ex) {
            failed(file.name().text(), ex);
            return false;
        }
    }

    private boolean remove(String name) {
        try {
            Files.deleteIfExists(inside(new FileName(name)));
            this.placed.remove(name);
            log.info("File removed: directory={} file={}", this.place, name);
            return true;
        }
        catch (IOException ex) {
            failed(name, ex);
            return false;
        }
    }

    private void failed(String what, Exception why) {
        String reason = (why instanceof StartException) ? String.valueOf(why.getMessage()) : why.toString();
        this.problem = "file " + what + " is not in its place: " + reason;
        if (!this.problem.equals(this.logged)) {
            this.logged = this.problem;
            log.warn("File not updated, it is tried again: directory={} file={} reason={}", this.place, what, reason);
        }
    }

    /** Names were judged before; this is the last moment at which one could do harm. */
    private Path inside(FileName name) throws IOException {
        Path target = this.place.resolve(name.text());
        if (!target.normalize().equals(target) || !this.place.equals(target.getParent())) {
            throw new IOException("the name leads out of " + this.place);
        }
        return target;
    }

    private RunAs owner(GroupFile file, RunAs runAs) throws StartException {
        if (file.owner().isEmpty() || file.owner().get().equals(runAs.account().user())) {
            return runAs;
        }
        Account self = this.accounts.self();
        Account owner = this.accounts.find(file.owner().get(), Optional.empty())
            .orElseThrow(() -> new StartException(
                    "its owner " + file.owner().get() + " is no user of this machine; create that user"));
        if (!self.root()) {
            throw new StartException("its owner is to be " + owner.user() + ", and this node runs as " + self.user()
                    + ", which cannot give files away; run it as root, or upload the file without --owner");
        }
        return new RunAs(owner, true, false);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = new HashSet<>();
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode & (1 << bit)) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        return permissions;
    }

    /** Differs for a file that somebody else has put there. */
    private static String stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class,
                    LinkOption.NOFOLLOW_LINKS);
            return found.isRegularFile() ? found.size() + "@" + found.lastModifiedTime() : "none";
        }
        catch (IOException ex) {
            return "none";
        }
    }

    private void note() {
        Map<String, Object> files = new LinkedHashMap<>();
        this.placed.forEach((name, known) -> files.put(name, known.toTree()));
        try {
            this.directory.writeFiles(Map.of("hook_owed", this.hookOwed, "files", files));
        }
        catch (IOException ex) {
            log.warn("Files in place are not noted, the next run of the node writes them again: directory={} reason={}",
                    this.place, ex.toString());
        }
    }

    private static void clear(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                for (Path file : left) {
                    Files.deleteIfExists(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void sync(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * What was put in a place.
     *
     * @param stamp size and time of the file, as it was left
     */
    private record Placed(String revision, String hash, int mode, Optional<String> owner, String stamp) {

        static Placed of(GroupFile file, String stamp) {
            return new Placed(file.revision(), file.hash(), file.mode(), file.owner(), stamp);
        }

        Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("revision", this.revision);
            tree.put("hash", this.hash);
            tree.put("mode", Integer.toOctalString(this.mode));
            this.owner.ifPresent((user) -> tree.put("owner", user));
            tree.put("stamp", this.stamp);
            return tree;
        }

        static Optional<Placed> read(Object tree) {
            if (tree instanceof Map<?, ?> known && known.get("revision") instanceof String revision
                    && known.get("hash") instanceof String hash && known.get("mode") instanceof String mode
                    && known.get("stamp") instanceof String stamp && mode.matches("[0-7]{1,3}")) {
                Optional<String> owner = Optional.ofNullable(known.get("owner")).map(String::valueOf);
                return Optional.of(new Placed(revision, hash, Integer.parseInt(mode, 8), owner, stamp));
            }
            return Optional.empty();
        }

    }

}
