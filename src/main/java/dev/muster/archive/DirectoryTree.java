package dev.muster.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;

import org.jspecify.annotations.Nullable;

/** A directory with everything below it; links in it are never followed. */
record DirectoryTree(Path top) {

    /** Returns once all of it would survive a loss of power. */
    void sync() throws IOException {
        Files.walkFileTree(this.top, new SimpleFileVisitor<>() {

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    force(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                force(directory);
                return FileVisitResult.CONTINUE;
            }

        });
    }

    /** Makes content, or entries of a directory, durable. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Bytes of what can be read through it, links followed; 0 if it is not there. */
    long readableBytes() throws IOException {
        if (!Files.exists(this.top)) {
            return 0;
        }
        long[] sum = new long[1];
        Files.walkFileTree(this.top, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Limits.DEPTH, new SimpleFileVisitor<>() {

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

        });
        return sum[0];
    }

    /** Removes it; what is gone already is no failure. */
    void delete() throws IOException {
        if (!Files.exists(this.top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(this.top, new SimpleFileVisitor<>() {

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
    }

    /** Removes directories that are empty, from this one upwards to below {@code end}. */
    void prune(Path end) throws IOException {
        for (Path directory = this.top; directory.startsWith(end)
                && !directory.equals(end); directory = directory.getParent()) {
            try {
                Files.delete(directory);
            }
            catch (DirectoryNotEmptyException ex) {
                return;
            }
            catch (NoSuchFileException ex) {
                // Somebody else has removed it; those above may still be empty.
                continue;
            }
        }
    }

}
