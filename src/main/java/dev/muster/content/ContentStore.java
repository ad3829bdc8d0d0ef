package dev.muster.content;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

import dev.muster.rumor.Hash;

/**
 * Contents on the disk of one node, by their hashes: whole ones, which were verified and
 * synced, and the beginnings of others. All methods but {@link #has} and {@link #held}
 * wait for the disk.
 */
public interface ContentStore {

    /** Whether it is here, whole. Never waits. */
    boolean has(Hash hash);

    /** Everything that is here, beginnings included. Never waits. */
    Set<Hash> held();

    /**
     * A piece of a whole content.
     * @return fewer bytes than asked for only where the content ends
     * @throws IOException when it is not here, or cannot be read
     */
    byte[] read(Hash hash, long offset, int length) throws IOException;

    /**
     * Writes a whole content to a file of its own and syncs that, seeing to it that the
     * bytes are still those that were stored; damaged ones are set aside, and the content
     * is no longer here.
     * @throws IOException when it is not here, damaged, or could not be written; the file
     * may be there
     */
    void copy(Hash hash, Path target) throws IOException;

    /** How much of a content is here that is not whole. */
    long begun(Hash hash) throws IOException;

    /**
     * Writes behind a beginning.
     * @param offset its length
     */
    void append(Hash hash, long offset, byte[] bytes) throws IOException;

    /**
     * Verifies and syncs a beginning that has become long enough.
     * @return false when it is another content, which is gone then
     * @throws IOException when it could not be read or synced; it is still there
     */
    boolean complete(Hash hash) throws IOException;

    /** Forgets a beginning. */
    void abandon(Hash hash) throws IOException;

    /** Forgets a content, whole or not. */
    void delete(Hash hash) throws IOException;

}
