package dev.muster.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary directory that is removed with all that is in it.
 */
record Directory(Path path) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Directory.class);

    static Directory create() throws BenchFailure {
        try {
            return new Directory(Files.createTempDirectory("muster-bench-").toRealPath());
        }
        catch (IOException ex) {
            throw new BenchFailure("No temporary directory can be made (" + ex
                    + "): name another place with MUSTER_JAVA_OPTS=-Djava.io.tmpdir=DIR", ex);
        }
    }

    /** On which kind of file system it is, as the system calls it. */
    String fileSystem() throws BenchFailure {
        try {
            return Files.getFileStore(this.path).type();
        }
        catch (IOException ex) {
            throw new BenchFailure("Nothing is known of the disk below " + this.path + ": " + ex, ex);
        }
    }

    /** How many bytes the files of a directory have. */
    static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong((file) -> file.toFile().length()).sum();
        }
    }

    @Override
    public void close() {
        try {
            Files.walkFileTree(this.path, new Removal());
        }
        catch (IOException ex) {
            log.warn("Temporary directory left behind, remove it: directory={} reason={}", this.path, ex.toString());
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
            if (why instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw why;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why) throws IOException {
            if (why != null) {
                throw why;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }

    }

}
