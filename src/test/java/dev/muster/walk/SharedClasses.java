package dev.muster.walk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.muster.walk.Walk.Supervisor;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The classes that a node loads, kept by one that ran and ended, for all that are started
 * after it: these need two thirds of the time until they are ready.
 */
final class SharedClasses {

    private static final Path ARCHIVE = train();

    private SharedClasses() {
    }

    /** For the environment of a node that is started. */
    static String options() {
        return "-XX:SharedArchiveFile=" + ARCHIVE;
    }

    private static Path train() {
        try {
            Path directory = Files.createTempDirectory("muster-classes");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            Path archive = directory.resolve("node.jsa");
            try (Walk walk = new Walk(directory)) {
                Supervisor node = walk.training("-XX:ArchiveClassesAtExit=" + archive);
                node.load("prod");
                node.redis(6379);
                assertThat(node.end()).isZero();
            }
            assertThat(archive).exists();
            return archive;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a node ran", ex);
        }
    }

    private static void delete(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
