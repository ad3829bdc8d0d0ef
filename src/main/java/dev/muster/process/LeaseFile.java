package dev.muster.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Supplier;

import dev.muster.service.Lease;

/**
 * The file that the shim of a fenced process reads: two numbers, when to stop and when to
 * kill, in hundredths of a second by {@code /proc/uptime}; both 0 for never. Written in
 * place and always of one length, so that a full disk takes it too, and whoever reads it
 * reads the one or the other. Not synced: a machine that goes down takes the process
 * along.
 */
final class LeaseFile implements Lease {

    private static final int LENGTH = 40;

    private final Path file;

    private final Supplier<Duration> uptime;

    /**
     * @param uptime by the clock that the shim reads
     */
    LeaseFile(Path file, Supplier<Duration> uptime) {
        this.file = file;
        this.uptime = uptime;
    }

    @Override
    public void extend(Supplier<Duration> left, Duration grace) throws IOException {
        // The clock first: what time passes in between is taken off the lease.
        long now = this.uptime.get().toMillis() / 10;
        long stop = now + Math.max(0, left.get().toMillis() / 10);
        write(stop, stop + grace.toMillis() / 10);
    }

    @Override
    public void lift() throws IOException {
        write(0, 0);
    }

    private void write(long stop, long kill) throws IOException {
        String text = stop + " " + kill;
        byte[] line = (text + " ".repeat(LENGTH - 1 - text.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
        }
    }

}
