package dev.muster.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the log asks of the file system where that fails in ways that matter: writing,
 * syncing, shortening. Reading is not among it.
 */
interface Disk {

    /** The file system of this machine. */
    Disk LOCAL = new Local();

    /** Makes a file that must not be there yet. */
    Output create(Path file) throws IOException;

    /** Opens a file that is there, to write behind what it holds. */
    Output open(Path file) throws IOException;

    /** Makes the entries of a directory as durable as the content of its files. */
    void syncDirectory(Path directory) throws IOException;

    /** A file that is written to. */
    interface Output extends Closeable {

        /** Writes all that remains in {@code bytes}, from {@code position} on. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Returns once everything written would survive a loss of power. */
        void force() throws IOException;

        void truncate(long length) throws IOException;

    }

    /** Through {@link FileChannel}. */
    final class Local implements Disk {

        @Override
        public Output create(Path file) throws IOException {
            return new LocalOutput(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        }

        @Override
        public Output open(Path file) throws IOException {
            return new LocalOutput(FileChannel.open(file, StandardOpenOption.WRITE));
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }

    }

    /** One open file of this machine. */
    record LocalOutput(FileChannel channel) implements Output {

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            long at = position;
            while (bytes.hasRemaining()) {
                at += this.channel.write(bytes, at);
            }
        }

        @Override
        public void force() throws IOException {
            this.channel.force(true);
        }

        @Override
        public void truncate(long length) throws IOException {
            this.channel.truncate(length);
        }

        @Override
        public void close() throws IOException {
            this.channel.close();
        }

    }

}
