package dev.muster.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Something about an election, with the group that it is about: a byte with the length of
 * the group's name, the name, the rest.
 *
 * @param group its name, of at most 255 bytes
 * @param message what is said
 */
record ElectionEnvelope(String group, byte[] message) {

    /**
     * @throws IllegalArgumentException when that is not a name and something behind it
     */
    static ElectionEnvelope read(byte[] bytes) {
        if (bytes.length < 1 || bytes.length < 1 + (bytes[0] & 0xff)) {
            throw new IllegalArgumentException("it has only " + bytes.length + " bytes");
        }
        int length = bytes[0] & 0xff;
        return new ElectionEnvelope(new String(bytes, 1, length, StandardCharsets.UTF_8),
                Arrays.copyOfRange(bytes, 1 + length, bytes.length));
    }

    byte[] write() {
        byte[] name = this.group.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + name.length + this.message.length)
            .put((byte) name.length)
            .put(name)
            .put(this.message)
            .array();
    }

}
