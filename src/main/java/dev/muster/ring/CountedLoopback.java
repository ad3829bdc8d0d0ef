package dev.muster.ring;

import java.util.concurrent.atomic.LongAdder;

import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.SHARED_LOOPBACK;

/**
 * Members of one JVM among themselves. Counts what would go over a network: all that
 * JGroups sends, heartbeats and headers included, once for each receiver.
 */
final class CountedLoopback extends SHARED_LOOPBACK {

    private final LongAdder bytesOut = new LongAdder();

    @Override
    public void sendToAll(byte[] data, int offset, int length) throws Exception {
        this.bytesOut.add((long) length * Math.max(0, getView().size() - 1));
        super.sendToAll(data, offset, length);
    }

    @Override
    public void sendUnicast(PhysicalAddress to, byte[] data, int offset, int length) throws Exception {
        this.bytesOut.add(length);
        super.sendUnicast(to, data, offset, length);
    }

    long bytesOut() {
        return this.bytesOut.sum();
    }

}
