package dev.muster.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.config.SecretKeys;
import dev.muster.config.Toml;
import dev.muster.pack.PackageIdent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code svc/NAME} below the root, and {@code user/NAME}. Modes are set, not left to the
 * umask; the directories a service owns keep their owner once they are there.
 */
final class ServiceDirectory {

    private static final Logger log = LoggerFactory.getLogger(ServiceDirectory.class);

    /** Directories that belong to the service's user. */
    static final List<String> SERVICE_OWNED = List.of("config", "data", "files", "static", "var");

    private static final List<String> NODE_OWNED = List.of("hooks", "logs");

    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");

    private static final Set<PosixFilePermission> SHARED = PosixFilePermissions.fromString("rwxrwx---");

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");

    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");

    private final Path path;

    private final Path userFile;

    ServiceDirectory(Path root, String name) {
        this.path = root.resolve("svc").resolve(name);
        this.userFile = root.resolve("user").resolve(name).resolve("config").resolve("user.toml");
    }

    Path path() {
        return this.path;
    }

    Path userFile() {
        return this.userFile;
    }

    Path pidFile() {
        return this.path.resolve("PID");
    }

    Path hook(Hook hook) {
        return this.path.resolve("hooks").resolve(hook.fileName());
    }

    /** Until when the process may act as leader, for its shim. */
    Path lease() {
        return this.path.resolve("LEASE");
    }

    /** Where the exit code of the process is kept for a node that was not there. */
    Path exitRecord() {
        return this.path.resolve("EXIT");
    }

    Path log(String name) {
        return this.path.resolve("logs").resolve(name + ".log");
    }

    /** Makes what is missing; what is there stays as it is. */
    void create(RunAs runAs) throws IOException {
        Files.createDirectories(this.path.getParent());
        directory(this.path, OPEN, null);
        for (String name : NODE_OWNED) {
            directory(this.path.resolve(name), OPEN, null);
        }
        for (String name : SERVICE_OWNED) {
            directory(this.path.resolve(name), SHARED, runAs);
        }
    }

    /** Makes the directories that lead to a file below this one. */
    void makeParents(Path file, RunAs runAs) throws IOException {
        Path parent = file.getParent();
        if (!parent.equals(this.path)) {
            makeParents(parent, runAs);
            // The service may write here, so a link could lead the node, which may be
            // root, elsewhere.
            if (Files.isSymbolicLink(parent)) {
                Files.delete(parent);
            }
            directory(parent, SHARED, runAs);
        }
    }

    /**
     * The files in their place, if they are those with these hashes.
     * @param encrypted whether something in them came so
     */
    Optional<Rendering> rendering(SortedMap<String, String> hashes, boolean encrypted) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (String name : hashes.keySet()) {
            Path file = this.path.resolve(name).normalize();
            if (!file.startsWith(this.path) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            files.put(name, Files.readAllBytes(file));
        }
        Rendering rendering = new Rendering(files, Map.of(), SecretKeys.EVERYTHING, Exports.NONE, encrypted, Role.NONE,
                Map.of());
        return (!hashes.isEmpty() && rendering.hashes().equals(hashes)) ? Optional.of(rendering) : Optional.empty();
    }

    /** For hooks and people; a service that does not run has no such file. */
    void writePid(OptionalLong pid) throws IOException {
        if (pid.isPresent()) {
            replace(pidFile(), pid.getAsLong() + "\n", READABLE);
        }
        else {
            Files.deleteIfExists(pidFile());
        }
    }

    /** Not synced: after a loss of power there is no process left to remember. */
    void writeState(RunState state) throws IOException {
        replace(stateFile(), Toml.write(state.toTree()), OWN);
    }

    /**
     * What was written last; empty if that is lost or cannot be understood. A service
     * that was never started has none, and has lost nothing.
     */
    Optional<RunState> readState() {
        try {
            return RunState.read(Toml.parse(Files.readString(stateFile())));
        }
        catch (NoSuchFileException ex) {
            return Files.isDirectory(this.path) ? Optional.empty() : Optional.of(RunState.NONE);
        }
        catch (IOException | RuntimeException ex) {
            log.warn("State of a service ignored: file={} reason={}", stateFile(), ex.getMessage());
            return Optional.empty();
        }
    }

    /** The tokens of hooks that run, for a node that follows one that was killed. */
    void writeHooks(Collection<String> tokens) throws IOException {
        if (tokens.isEmpty()) {
            Files.deleteIfExists(hooksFile());
        }
        else {
            replace(hooksFile(), String.join("\n", tokens) + "\n", OWN);
        }
    }

    List<String> readHooks() {
        try {
            return Files.exists(hooksFile()) ? Files.readAllLines(hooksFile(), StandardCharsets.ISO_8859_1) : List.of();
        }
        catch (IOException ex) {
            log.warn("Hooks of an earlier run of the node may still run: file={} reason={}", hooksFile(),
                    ex.toString());
            return List.of();
        }
    }

    /**
     * What of the group's files was put in place; synced, for what is removed goes by it.
     */
    void writeFiles(Map<String, Object> tree) throws IOException {
        Path fresh = filesFile().resolveSibling(".FILES.fresh");
        write(fresh, Toml.write(tree).getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(fresh, filesFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What was written last; empty if there is nothing, or nothing that can be read. */
    Map<String, Object> readFiles() {
        try {
            return Files.exists(filesFile()) ? Toml.parse(Files.readString(filesFile())) : Map.of();
        }
        catch (IOException | RuntimeException ex) {
            log.warn("Files of the group are written again, what is in place is not known: file={} reason={}",
                    filesFile(), ex.getMessage());
            return Map.of();
        }
    }

    /** What a process was told of the groups that its service is bound to. */
    void writeBinds(Map<String, Object> tree) throws IOException {
        if (tree.isEmpty()) {
            Files.deleteIfExists(bindsFile());
        }
        else {
            replace(bindsFile(), Toml.write(tree), OWN);
        }
    }

    /**
     * What was written last.
     * @throws RuntimeException when it cannot be read
     */
    Map<String, Object> readBinds() {
        try {
            return Toml.parse(Files.readString(bindsFile()));
        }
        catch (NoSuchFileException ex) {
            return Map.of();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(bindsFile() + " cannot be read", ex);
        }
    }

    private Path bindsFile() {
        return this.path.resolve("BINDS");
    }

    private Path filesFile() {
        return this.path.resolve("FILES");
    }

    private Path hooksFile() {
        return this.path.resolve("HOOKS");
    }

    /**
     * The services that a run of the node was the parent of, whether they run still or
     * not.
     */
    static Map<String, PackageIdent> running(Path root) {
        Map<String, PackageIdent> found = new TreeMap<>();
        Path services = root.resolve("svc");
        if (Files.isDirectory(services)) {
            try (DirectoryStream<Path> directories = Files.newDirectoryStream(services, Files::isDirectory)) {
                for (Path directory : directories) {
                    String name = directory.getFileName().toString();
                    RunState known = new ServiceDirectory(root, name).readState().orElse(RunState.NONE);
                    if (known.process().isPresent()) {
                        known.ident().ifPresent((ident) -> found.put(name, ident));
                    }
                }
            }
            catch (IOException ex) {
                throw new UncheckedIOException("Cannot list " + services, ex);
            }
        }
        return found;
    }

    private Path stateFile() {
        return this.path.resolve("STATE");
    }

    private static void replace(Path file, String text, Set<PosixFilePermission> mode) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".fresh");
        write(fresh, text.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(fresh, mode);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Writes a file anew that nobody else can open before it was given more than that.
     */
    static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWN))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static void directory(Path directory, Set<PosixFilePermission> mode, @Nullable RunAs owner)
            throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
        if (owner != null) {
            own(directory, owner);
        }
        Files.setPosixFilePermissions(directory, mode);
    }

    static void own(Path path, RunAs runAs) throws IOException {
        if (runAs.switched()) {
            Files.setAttribute(path, "unix:uid", (int) runAs.account().uid(), LinkOption.NOFOLLOW_LINKS);
            share(path, runAs);
        }
    }

    /** Gives it to the service's group; its owner stays. */
    static void share(Path path, RunAs runAs) throws IOException {
        if (runAs.switched()) {
            Files.setAttribute(path, "unix:gid", (int) runAs.account().gid(), LinkOption.NOFOLLOW_LINKS);
        }
    }

}
