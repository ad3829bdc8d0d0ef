package dev.muster.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What lies where below a root directory; the layout is Habitat's. Making one of these
 * touches no file.
 *
 * @param root absolute
 */
public record RootLayout(Path root) {

    /** What names a root directory when no option does. */
    public static final String VARIABLE = "MUSTER_ROOT";

    public RootLayout {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException("A root directory is named from / on, this one is not: " + root);
        }
    }

    /**
     * Which root directory is meant; never by what happens to exist.
     * @param option what {@code --root} says, if it was given
     * @param environment of this process
     * @param userId of this process
     * @param home the user's home directory, if it is known
     * @param workingDirectory absolute; what a relative name is relative to
     * @throws IllegalArgumentException when nothing names one
     */
    public static RootLayout choose(Optional<String> option, Map<String, String> environment, int userId,
            Optional<Path> home, Path workingDirectory) {
        if (option.isPresent()) {
            if (option.get().isEmpty()) {
                throw new IllegalArgumentException("--root names no directory: give it one, or leave it out");
            }
            return new RootLayout(workingDirectory.resolve(option.get()));
        }
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            return new RootLayout(workingDirectory.resolve(named));
        }
        if (userId == 0) {
            return new RootLayout(Path.of("/hab"));
        }
        return home.map((directory) -> new RootLayout(directory.resolve(".muster")))
            .orElseThrow(() -> new IllegalArgumentException("This user has no home directory: give --root DIR or set "
                    + VARIABLE + " to say where Muster keeps its files"));
    }

    /** The same for this process, as it was started. */
    public static RootLayout choose(Optional<String> option) {
        String home = System.getenv().getOrDefault("HOME", System.getProperty("user.home", ""));
        Optional<Path> directory = Optional.of(home).filter((name) -> name.startsWith("/")).map(Path::of);
        return choose(option, System.getenv(), userId(), directory, Path.of("").toAbsolutePath());
    }

    private static int userId() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        }
        catch (IOException | UnsupportedOperationException ex) {
            return "root".equals(System.getProperty("user.name")) ? 0 : -1;
        }
    }

    public Path packages() {
        return this.root.resolve("pkgs");
    }

    /** One directory each for what services have and are given. */
    public Path services() {
        return this.root.resolve("svc");
    }

    /** What the operator of this host sets for services. */
    public Path user() {
        return this.root.resolve("user");
    }

    public Path keys() {
        return this.root.resolve("cache/keys");
    }

    /** The state of the Supervisor itself. */
    public Path supervisor() {
        return this.root.resolve("sup/default");
    }

    public Path memberId() {
        return supervisor().resolve("MEMBER_ID");
    }

    /** What a client has to know to change anything here. */
    public Path controlSecret() {
        return supervisor().resolve("CTL_SECRET");
    }

    /** Where the node of this root can be reached, while it runs. */
    public Path controlAddress() {
        return supervisor().resolve("CTL_ADDRESS");
    }

    /** What that address proves itself with, where it speaks TLS. */
    public Path controlCertificate() {
        return supervisor().resolve("CTL_CERTIFICATE");
    }

    /** What the node seals its own files with. */
    public Path sealingKey() {
        return supervisor().resolve("SEALING_KEY");
    }

    public Path lock() {
        return supervisor().resolve("LOCK");
    }

    /** One file per service that is loaded. */
    public Path specs() {
        return supervisor().resolve("specs");
    }

    public Path data() {
        return supervisor().resolve("data");
    }

    /** Tells whether a key is the one that the files here are sealed with. */
    public Path sealed() {
        return data().resolve("SEALED");
    }

    /** What makes the node the member that it is: without it, it is another one. */
    public Path nodeKey() {
        return data().resolve("NODE_KEY");
    }

    /** Which releases services run that take new ones by themselves, one file each. */
    public Path releases() {
        return data().resolve("releases");
    }

    /** How this member voted, one file for each group with a leader. */
    public Path votes() {
        return data().resolve("votes");
    }

    public Path incarnation() {
        return data().resolve("INCARNATION");
    }

    /** Contents of files, by their hashes. */
    public Path contents() {
        return data().resolve("contents");
    }

    /** Who did what through this node's control gateway. */
    public Path audit() {
        return data().resolve("audit");
    }

    /** The log of durable facts. */
    public Path facts() {
        return data().resolve("facts");
    }

    /**
     * The process that runs a node on this root now. A lock file that nobody holds says
     * nothing, whatever process it names.
     * @throws IOException when the lock file is there and cannot be read
     */
    public OptionalLong runningNode() throws IOException {
        if (RootDirectory.isClaimed(this)) {
            return OptionalLong.of(ProcessHandle.current().pid());
        }
        try (FileChannel channel = FileChannel.open(lock(), StandardOpenOption.READ);
                FileLock free = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return (free != null) ? OptionalLong.empty() : RootDirectory.readProcess(lock());
        }
        catch (NoSuchFileException ex) {
            return OptionalLong.empty();
        }
    }

}
