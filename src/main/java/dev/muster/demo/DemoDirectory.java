package dev.muster.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The one directory that the demo writes to. The packages are copied into it: what a
 * Supervisor of root starts as another user must be within that user's reach, and a
 * program from here is ours beyond doubt.
 */
final class DemoDirectory {

    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A second where nothing else runs; what watches has to look at all processes. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final int ATTEMPTS = 20;

    private final Path path;

    private DemoDirectory(Path path) {
        this.path = path;
    }

    /**
     * @param home the distribution, with its {@code pkgs}
     */
    static DemoDirectory create(Path home) throws DemoFailedException {
        try {
            DemoDirectory created = new DemoDirectory(Files.createTempDirectory("muster-demo-").toRealPath());
            // Others may pass through, as the user of a service has to, and list nothing.
            Files.setPosixFilePermissions(created.path, PosixFilePermissions.fromString("rwx--x--x"));
            created.copyPackages(home.resolve("pkgs"));
            return created;
        }
        catch (IOException ex) {
            throw new DemoFailedException("Cannot write the demo's files to " + System.getProperty("java.io.tmpdir")
                    + " (" + ex + "): make room there, or name another directory with"
                    + " MUSTER_JAVA_OPTS=-Djava.io.tmpdir=DIR", ex);
        }
    }

    private void copyPackages(Path from) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {

            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Path copy = packages().resolve(from.relativize(directory));
                Files.createDirectory(copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = Files.copy(file, packages().resolve(from.relativize(file)));
                Files.setPosixFilePermissions(copy,
                        PosixFilePermissions.fromString(Files.isExecutable(file) ? "rwxr-xr-x" : "rw-r--r--"));
                return FileVisitResult.CONTINUE;
            }

        });
    }

    Path path() {
        return this.path;
    }

    Path packages() {
        return this.path.resolve("pkgs");
    }

    /** Root directory of this member. */
    Path root(Member member) {
        return this.path.resolve(member.name());
    }

    /** What this member prints. */
    Path log(Member member) {
        return this.path.resolve(member.name() + ".log");
    }

    /** Has this member's Redis start on a port of the operator's choice. */
    void choosePort(Member member, int port) throws DemoFailedException {
        Path file = root(member).resolve("user").resolve(Member.SERVICE).resolve("config").resolve("user.toml");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "port = " + port + "\n");
        }
        catch (IOException ex) {
            throw new DemoFailedException("Cannot write " + file + ": " + ex, ex);
        }
    }

    /**
     * Ends services that outlived their Supervisor, each by its number, and removes
     * everything.
     * @throws DemoFailedException when something is left, and says what
     */
    void remove() throws DemoFailedException {
        end(ProcessHandle::destroy, GRACE);
        end(ProcessHandle::destroyForcibly, GRACE);
        awaitShims();
        IOException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            failure = tryToDelete();
            if (failure == null) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new DemoFailedException("Cannot remove " + this.path + " (" + failure + "): remove it by hand", failure);
    }

    private void end(Consumer<ProcessHandle> how, Duration patience) {
        List<ProcessHandle> left = ours();
        left.forEach(how);
        long end = System.nanoTime() + patience.toNanos();
        while (!left.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(PAUSE.toNanos());
            left = ours();
        }
    }

    /** What watched over a service ends by itself, within a second. */
    private void awaitShims() {
        long end = System.nanoTime() + LAST_LOOK.toNanos();
        while (System.nanoTime() < end && ProcessHandle.allProcesses().anyMatch(this::knowsUs)) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private boolean knowsUs(ProcessHandle process) {
        return process.info()
            .arguments()
            .filter((words) -> Arrays.stream(words).anyMatch((word) -> word.startsWith(this.path + "/")))
            .filter((words) -> Arrays.asList(words).contains("muster-shim"))
            .isPresent();
    }

    /** Processes that run a program of this directory's packages. */
    private List<ProcessHandle> ours() {
        return ProcessHandle.allProcesses()
            .filter((process) -> process.info()
                .command()
                .filter((program) -> Path.of(program).startsWith(packages()))
                .isPresent())
            .toList();
    }

    private @Nullable IOException tryToDelete() {
        try {
            Files.walkFileTree(this.path, new SimpleFileVisitor<>() {

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }

            });
            return null;
        }
        catch (IOException ex) {
            return Files.exists(this.path) ? ex : null;
        }
    }

}
