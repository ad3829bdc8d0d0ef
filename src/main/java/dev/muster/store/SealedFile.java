package dev.muster.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

import dev.muster.key.Sealing;
import dev.muster.key.UnreadableMessageException;
import org.jspecify.annotations.Nullable;

/**
 * A file whose content is sealed block by block, so that any part of it can be read, and
 * so that it can be gone on with after it was cut off. It begins with a title and a name
 * by chance, which binds the blocks to each other; each block is bound to its place.
 * Whether all of them are there is for the hash of the content to tell. A file without
 * the title is read as what an earlier release wrote in clear.
 */
final class SealedFile {

    /** Of the content, in bytes; all but the last one have so many. */
    static final int BLOCK = 64 * 1024;

    private static final byte[] TITLE = "muster sealed 1\n".getBytes(StandardCharsets.US_ASCII);

    private static final int NAME_BYTES = 16;

    private static final int HEAD = TITLE.length + NAME_BYTES;

    private static final int SEALED_BLOCK = BLOCK + Sealing.OVERHEAD;

    private final Sealing sealing;

    private final Path file;

    /** Null for one in clear. */
    private final byte @Nullable [] name;

    private SealedFile(Sealing sealing, Path file, byte @Nullable [] name) {
        this.sealing = sealing;
        this.file = file;
        this.name = name;
    }

    /** Begins a file, into which nothing was written yet. */
    static SealedFile begin(Sealing sealing, Path file, byte[] name, Disk.Output out) throws IOException {
        out.write(ByteBuffer.allocate(HEAD).put(TITLE).put(name).flip(), 0);
        return new SealedFile(sealing, file, name);
    }

    static SealedFile of(Sealing sealing, Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            fill(channel, head, 0);
        }
        byte[] bytes = head.array();
        boolean sealed = head.position() == HEAD && Arrays.equals(Arrays.copyOf(bytes, TITLE.length), TITLE);
        return new SealedFile(sealing, file, sealed ? Arrays.copyOfRange(bytes, TITLE.length, HEAD) : null);
    }

    boolean inClear() {
        return this.name == null;
    }

    /** How many bytes the content has. */
    long size() throws IOException {
        try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ)) {
            return size(channel);
        }
    }

    private long size(FileChannel channel) throws IOException {
        if (inClear()) {
            return channel.size();
        }
        long sealed = Math.max(0, channel.size() - HEAD);
        return sealed / SEALED_BLOCK * BLOCK + Math.max(0, sealed % SEALED_BLOCK - Sealing.OVERHEAD);
    }

    /**
     * How many bytes of the content are whole: the last block may have been cut off.
     */
    long whole() throws IOException {
        long size = size();
        long last = size - size % BLOCK;
        try {
            return (last < size && !inClear()) ? last + read(last, BLOCK).length : size;
        }
        catch (UnreadableBlockException ex) {
            return last;
        }
    }

    /**
     * Some bytes of the content.
     * @return fewer where it ends
     * @throws UnreadableBlockException when a block is not what was written
     */
    byte[] read(long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.READ)) {
            int count = (int) Math.max(0, Math.min(length, size(channel) - offset));
            ByteBuffer bytes = ByteBuffer.allocate(count);
            if (inClear()) {
                fill(channel, bytes, offset);
                return Arrays.copyOf(bytes.array(), bytes.position());
            }
            while (bytes.hasRemaining()) {
                long at = offset + bytes.position();
                byte[] block = block(channel, at / BLOCK);
                int from = (int) (at % BLOCK);
                bytes.put(block, from, Math.min(bytes.remaining(), block.length - from));
            }
            return bytes.array();
        }
    }

    private byte[] block(FileChannel channel, long index) throws IOException {
        ByteBuffer sealed = ByteBuffer.allocate(SEALED_BLOCK);
        fill(channel, sealed, HEAD + index * SEALED_BLOCK);
        try {
            return this.sealing.open(Arrays.copyOf(sealed.array(), sealed.position()), place(index));
        }
        catch (UnreadableMessageException ex) {
            throw new UnreadableBlockException(this.file + ", block " + index + ": " + ex.getMessage());
        }
    }

    /**
     * Writes behind what is there, or over its end.
     * @param offset in the content, at most its size
     */
    void write(Disk.Output out, long offset, byte[] bytes, int count) throws IOException {
        if (inClear()) {
            throw new IOException("Nothing is added to " + this.file + ", which an earlier release wrote");
        }
        int before = (int) (offset % BLOCK);
        byte[] all = new byte[before + count];
        if (before > 0) {
            System.arraycopy(read(offset - before, before), 0, all, 0, before);
        }
        System.arraycopy(bytes, 0, all, before, count);
        for (int from = 0; from < all.length; from += BLOCK) {
            long index = (offset - before + from) / BLOCK;
            byte[] sealed = this.sealing.seal(Arrays.copyOfRange(all, from, Math.min(all.length, from + BLOCK)),
                    place(index));
            out.write(ByteBuffer.wrap(sealed), HEAD + index * SEALED_BLOCK);
        }
    }

    private byte[] place(long index) {
        return ByteBuffer.allocate(1 + NAME_BYTES + Long.BYTES).put((byte) 'C').put(this.name).putLong(index).array();
    }

    private static void fill(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
            // Until the end of either.
        }
    }

    /**
     * A block was sealed with another key, elsewhere, or was changed or cut off since.
     */
    static final class UnreadableBlockException extends IOException {

        private static final long serialVersionUID = 1L;

        UnreadableBlockException(String message) {
            super(message);
        }

    }

}
