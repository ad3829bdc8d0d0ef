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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import dev.muster.content.FileName;
import dev.muster.content.Supply;
import dev.muster.loop.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the group in a service's {@code files/}: copied aside off the loop,
 * synced, and moved over those before when all of them are there, so that no reader meets
 * half a file. What was put there is noted, so that only that is taken away again, and
 * nothing is written twice. Lives on the service's loop.
 */
final class PlacedFiles {

    private static final Logger log = LoggerFactory.getLogger(PlacedFiles.class);

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private static final PosixFilePermission[] BITS = { PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ, PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ };

    private final Loop loop;

    private final ServiceDirectory directory;

    private final Accounts accounts;

    private final Path place;

    private final Path aside;

    private final SortedMap<String, Placed> placed = new TreeMap<>();

    /** Those that lie aside. */
    private final List<GroupFile> staged = new ArrayList<>();

    /**
     * Which of the stagings this is; what an earlier one still does counts for nothing.
     */
    private int staging;

    private boolean hookOwed;

    PlacedFiles(Loop loop, ServiceDirectory directory, Accounts accounts) {
        this.loop = loop;
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

    /** Those that are neither in their place nor on this machine. */
    List<GroupFile> missing(GroupFileSet wanted) {
        return wanted.files().stream().filter((file) -> !file.isHere() && !isInPlace(file)).toList();
    }

    /** What is to be said of a process that runs while some are missing. */
    Optional<String> complaint(GroupFileSet wanted) {
        List<GroupFile> missing = missing(wanted);
        return missing.isEmpty() ? Optional.empty()
                : Optional.of("runs without " + names(missing.stream().map((file) -> file.name().text()).toList())
                        + ((missing.get(0).supply() == Supply.NOWHERE) ? ", which no present member has"
                                : ", which has not come yet"));
    }

    static String names(List<String> names) {
        return ((names.size() == 1) ? "file " : "files ") + String.join(", ", names);
    }

    /**
     * Copies aside those that are here and differ from what is in place.
     * @param done hears, at once or later, why they cannot be put in place; nothing when
     * {@link #swap} may follow
     */
    void stage(GroupFileSet wanted, RunAs runAs, Consumer<Optional<Refusal>> done) {
        int mine = ++this.staging;
        this.staged.clear();
        Deque<GroupFile> toCopy = new ArrayDeque<>();
        Map<GroupFile, RunAs> owners = new HashMap<>();
        try {
            for (GroupFile file : wanted.files()) {
                if (file.isHere() && !isInPlace(file)) {
                    owners.put(file, owner(file, runAs));
                    toCopy.add(file);
                }
            }
            if (!toCopy.isEmpty()) {
                clear(this.aside);
                Files.createDirectory(this.aside, PosixFilePermissions.asFileAttribute(PRIVATE));
            }
        }
        catch (StartException ex) {
            done.accept(Optional.of(Refusal.of(ex.getMessage())));
            return;
        }
        catch (IOException ex) {
            done.accept(Optional.of(unplaced("files of the group", ex)));
            return;
        }
        copyNext(mine, toCopy, wanted.contents(), owners, done);
    }

    private void copyNext(int mine, Deque<GroupFile> toCopy, GroupFileSet.Contents contents,
            Map<GroupFile, RunAs> owners, Consumer<Optional<Refusal>> done) {
        GroupFile file = toCopy.poll();
        if (file == null) {
            done.accept(Optional.empty());
            return;
        }
        Path fresh = aside(this.staged.size());
        contents.copy(file.hash(), fresh).whenComplete((copied, failure) -> this.loop.execute(() -> {
            if (mine != this.staging) {
                return;
            }
            try {
                if (failure != null) {
                    throw new IOException(
                            String.valueOf(((failure.getCause() != null) ? failure.getCause() : failure).getMessage()));
                }
                // First the owner: whoever changes it may lose bits of the mode by that.
                ServiceDirectory.own(fresh, Objects.requireNonNull(owners.get(file)));
                Files.setPosixFilePermissions(fresh, permissions(file.mode()));
            }
            catch (IOException ex) {
                discard();
                done.accept(Optional.of(unplaced("file " + file.name().text(), ex)));
                return;
            }
            this.staged.add(file);
            copyNext(mine, toCopy, contents, owners, done);
        }));
    }

    private Path aside(int index) {
        return this.aside.resolve("fresh" + index);
    }

    private static Refusal unplaced(String what, Exception why) {
        return new Refusal(what + " cannot be put in its place: " + why.getMessage(), true);
    }

    /** Whether there is nothing that {@link #swap} would do. */
    boolean nothingToSwap(GroupFileSet wanted) {
        return this.staged.isEmpty() && this.placed.keySet().stream().allMatch((name) -> wanted.find(name).isPresent());
    }

    /**
     * Puts those that lie aside in their place, and takes away those that are to be gone.
     * @param tell whether a process is to hear of changes by its hook
     * @return names of those that are others now, or gone
     * @throws IOException when one could not be moved; those before it are in place
     */
    List<String> swap(GroupFileSet wanted, boolean tell) throws IOException {
        List<String> changed = new ArrayList<>();
        try {
            for (int i = 0; i < this.staged.size(); i++) {
                GroupFile file = this.staged.get(i);
                Path target = inside(file.name());
                Files.move(aside(i), target, StandardCopyOption.ATOMIC_MOVE);
                this.placed.put(file.name().text(), Placed.of(file, stamp(target)));
                changed.add(file.name().text());
                log.info("File updated: directory={} file={} content={}", this.place, file.name(), file.hash());
            }
            for (String name : Set.copyOf(this.placed.keySet())) {
                if (wanted.find(name).isEmpty()) {
                    Files.deleteIfExists(inside(new FileName(name)));
                    this.placed.remove(name);
                    changed.add(name);
                    log.info("File removed: directory={} file={}", this.place, name);
                }
            }
        }
        finally {
            this.hookOwed |= tell && !changed.isEmpty();
            if (!changed.isEmpty()) {
                sync(this.place);
                note();
            }
            discard();
        }
        return changed;
    }

    /**
     * Shows a directory's worth of files as {@link #swap} would leave it: those that lie
     * aside under their names, those that stay by links to their place, and not those
     * that are to be gone.
     * @param view an empty directory beside the place
     */
    void show(GroupFileSet wanted, Path view) throws IOException {
        for (int i = 0; i < this.staged.size(); i++) {
            Files.createLink(view.resolve(this.staged.get(i).name().text()), aside(i));
        }
        try (DirectoryStream<Path> inPlace = Files.newDirectoryStream(this.place)) {
            for (Path file : inPlace) {
                String name = file.getFileName().toString();
                boolean goes = this.placed.containsKey(name) && wanted.find(name).isEmpty();
                if (!goes && !Files.exists(view.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(view.resolve(name), file);
                }
            }
        }
    }

    /** What lies aside is not wanted; what is being copied counts for nothing. */
    void discard() {
        this.staging++;
        this.staged.clear();
        try {
            clear(this.aside);
        }
        catch (IOException ex) {
            log.warn("Files that were not taken stay where they are: directory={} reason={}", this.aside,
                    ex.toString());
        }
    }

    /** Nobody hears of anything any longer. */
    void abandon() {
        this.staging++;
    }

    private boolean isInPlace(GroupFile file) {
        Placed known = this.placed.get(file.name().text());
        return known != null && known.hash.equals(file.hash()) && known.mode == file.mode()
                && known.owner.equals(file.owner())
                && known.stamp.equals(stamp(this.place.resolve(file.name().text())));
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
            .orElseThrow(() -> new StartException("the owner of file " + file.name() + ", " + file.owner().get()
                    + ", is no user of this machine; create that user"));
        if (!self.root()) {
            throw new StartException("the owner of file " + file.name() + " is to be " + owner.user()
                    + ", and this node runs as " + self.user()
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
    private record Placed(String hash, int mode, Optional<String> owner, String stamp) {

        static Placed of(GroupFile file, String stamp) {
            return new Placed(file.hash(), file.mode(), file.owner(), stamp);
        }

        Map<String, Object> toTree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("hash", this.hash);
            tree.put("mode", Integer.toOctalString(this.mode));
            this.owner.ifPresent((user) -> tree.put("owner", user));
            tree.put("stamp", this.stamp);
            return tree;
        }

        static Optional<Placed> read(Object tree) {
            if (tree instanceof Map<?, ?> known && known.get("hash") instanceof String hash
                    && known.get("mode") instanceof String mode && known.get("stamp") instanceof String stamp
                    && mode.matches("[0-7]{1,3}")) {
                Optional<String> owner = Optional.ofNullable(known.get("owner")).map(String::valueOf);
                return Optional.of(new Placed(hash, Integer.parseInt(mode, 8), owner, stamp));
            }
            return Optional.empty();
        }

    }

}
