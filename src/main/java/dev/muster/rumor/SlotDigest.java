package dev.muster.rumor;

import java.util.Arrays;
import java.util.HexFormat;

/** Sixteen bytes that differ when the facts behind them do. */
record SlotDigest(byte[] bytes) {

    static final int LENGTH = 16;

    SlotDigest {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("A digest has " + LENGTH + " bytes, not " + bytes.length);
        }
    }

    static SlotDigest shortened(byte[] hash) {
        return new SlotDigest(Arrays.copyOf(hash, LENGTH));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotDigest that && Arrays.equals(this.bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(this.bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(this.bytes);
    }

}
