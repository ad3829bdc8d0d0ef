package dev.muster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The port that a Redis has unless it is told another one, shared with tests in other
 * processes: many may have it, each on an address of its own, or one on all addresses.
 */
public final class RedisPort implements AutoCloseable {

    private static final Path FILE = Path.of(System.getProperty("java.io.tmpdir"), "muster-tests-redis-port.lock");

    /** How often this process has it; guarded by the class. */
    private static int holders;

    /** Of this process, while it has it; guarded by the class. */
    private static FileLock shared;

    private final FileLock own;

    private RedisPort(FileLock own) {
        this.own = own;
    }

    /** Waits until nobody has it on all addresses. */
    public static RedisPort onOneAddress() {
        synchronized (RedisPort.class) {
            if (holders == 0) {
                shared = lock(true);
            }
            holders++;
            return new RedisPort(shared);
        }
    }

    /** Waits until nobody has it; not for who has it on one address already. */
    public static RedisPort onAllAddresses() {
        return new RedisPort(lock(false));
    }

    private static FileLock lock(boolean shared) {
        try {
            FileChannel channel = FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return channel.lock(0, Long.MAX_VALUE, shared);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close() {
        synchronized (RedisPort.class) {
            if (this.own.isShared() && --holders > 0) {
                return;
            }
        }
        try {
            // Which ends the lock, too.
            this.own.acquiredBy().close();
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

}
