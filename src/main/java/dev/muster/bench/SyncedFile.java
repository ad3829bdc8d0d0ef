package dev.muster.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows by one synced write after another, as a log does. */
final class SyncedFile implements AutoCloseable {

    private final FileChannel channel;

    SyncedFile(Path file) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    /** Returns once these bytes would survive a loss of power. */
    void append(byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            this.channel.write(rest);
        }
        this.channel.force(true);
    }

    @Override
    public void close() throws IOException {
        this.channel.close();
    }

}
