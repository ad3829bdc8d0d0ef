package dev.muster.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.muster.rumor.Hash;
import org.jspecify.annotations.Nullable;

/** Contents in memory; a disk that can fail. */
public final class FakeContentStore implements ContentStore {

    final Map<Hash, byte[]> whole = new HashMap<>();

    final Map<Hash, byte[]> parts = new HashMap<>();

    /** Why nothing can be written; null if it can. */
    @Nullable String refusal;

    /** Whole, as if it had been uploaded. */
    public Hash put(byte[] bytes) {
        Hash hash = Hash.of(bytes);
        this.whole.put(hash, bytes);
        return hash;
    }

    private void check() throws IOException {
        if (this.refusal != null) {
            throw new IOException(this.refusal);
        }
    }

    @Override
    public boolean has(Hash hash) {
        return this.whole.containsKey(hash);
    }

    @Override
    public Set<Hash> held() {
        Set<Hash> held = new HashSet<>(this.whole.keySet());
        held.addAll(this.parts.keySet());
        return held;
    }

    @Override
    public byte[] read(Hash hash, long offset, int length) throws IOException {
        byte[] bytes = this.whole.get(hash);
        if (bytes == null) {
            throw new IOException("not here");
        }
        return Arrays.copyOfRange(bytes, (int) offset, (int) Math.min(bytes.length, offset + length));
    }

    @Override
    public void copy(Hash hash, Path target) throws IOException {
        Files.write(target, read(hash, 0, Integer.MAX_VALUE / 2));
    }

    @Override
    public long begun(Hash hash) {
        return this.parts.getOrDefault(hash, new byte[0]).length;
    }

    @Override
    public void append(Hash hash, long offset, byte[] bytes) throws IOException {
        check();
        byte[] longer = Arrays.copyOf(this.parts.getOrDefault(hash, new byte[0]), (int) offset + bytes.length);
        System.arraycopy(bytes, 0, longer, (int) offset, bytes.length);
        this.parts.put(hash, longer);
    }

    @Override
    public boolean complete(Hash hash) throws IOException {
        check();
        byte[] bytes = this.parts.remove(hash);
        if (bytes != null && Hash.of(bytes).equals(hash)) {
            this.whole.put(hash, bytes);
            return true;
        }
        return false;
    }

    @Override
    public void abandon(Hash hash) {
        this.parts.remove(hash);
    }

    @Override
    public void delete(Hash hash) {
        this.whole.remove(hash);
        this.parts.remove(hash);
    }

}
