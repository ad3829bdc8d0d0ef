package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/** The local disk, with trouble on demand. */
final class TroubledDisk implements Disk {

    private final AtomicInteger syncs = new AtomicInteger();

    private volatile boolean syncFails;

    private volatile boolean truncateFails;

    private volatile long room = Long.MAX_VALUE;

    private volatile @Nullable CountDownLatch hold;

    /** From now on a sync fails, although the bytes are in the file. */
    void failSyncs() {
        this.syncFails = true;
    }

    void failTruncates() {
        this.truncateFails = true;
    }

    /** This many bytes can be written yet; a write that needs more writes a part. */
    void fill(long bytes) {
        this.room = bytes;
    }

    void heal() {
        this.syncFails = false;
        this.truncateFails = false;
        this.room = Long.MAX_VALUE;
    }

    /** Syncs wait until the latch is open. */
    void hold(CountDownLatch latch) {
        this.hold = latch;
    }

    int syncs() {
        return this.syncs.get();
    }

    @Override
    public Output create(Path file) throws IOException {
        return new Troubled(Disk.LOCAL.create(file));
    }

    @Override
    public Output open(Path file) throws IOException {
        return new Troubled(Disk.LOCAL.open(file));
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        Disk.LOCAL.syncDirectory(directory);
    }

    private final class Troubled implements Output {

        private final Output file;

        private Troubled(Output file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            int wanted = bytes.remaining();
            if (wanted > TroubledDisk.this.room) {
                bytes.limit(bytes.position() + (int) TroubledDisk.this.room);
                TroubledDisk.this.room = 0;
                this.file.write(bytes, position);
                throw new IOException("No space left on device");
            }
            TroubledDisk.this.room -= wanted;
            this.file.write(bytes, position);
        }

        @Override
        public void force() throws IOException {
            CountDownLatch latch = TroubledDisk.this.hold;
            if (latch != null) {
                try {
                    latch.await();
                }
                catch (InterruptedException ex) {
                    throw new IOException(ex);
                }
            }
            TroubledDisk.this.syncs.incrementAndGet();
            if (TroubledDisk.this.syncFails) {
                throw new IOException("Input/output error");
            }
            this.file.force();
        }

        @Override
        public void truncate(long length) throws IOException {
            if (TroubledDisk.this.truncateFails) {
                throw new IOException("Input/output error");
            }
            this.file.truncate(length);
        }

        @Override
        public void close() throws IOException {
            this.file.close();
        }

    }

}
