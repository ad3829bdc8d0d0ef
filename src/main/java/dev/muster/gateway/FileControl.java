package dev.muster.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.key.Envelope;
import dev.muster.rumor.Hash;

/** What the control gateway may ask of the node about files of groups. */
public interface FileControl {

    /**
     * Takes a content; waits for the network and the disk.
     * @return what it is; on the disk of this node, and nobody is told of it yet
     * @throws IOException when it is too large, could not be read, or could not be
     * written; nothing is kept
     */
    Stored receive(InputStream in) throws IOException;

    /**
     * How many bytes a content has that is here; empty where it is not.
     * @throws IOException when the disk does not tell
     */
    OptionalInt size(Hash content) throws IOException;

    /**
     * Whose keys open a content that is here and is said to be encrypted.
     * @throws dev.muster.key.UnreadableMessageException when it is not
     * @throws IOException when the disk does not tell
     */
    Envelope envelope(Hash content) throws IOException;

    /**
     * As {@link dev.muster.group.HeldFiles#apply}: the contents that it names are on two
     * members before anybody hears of it.
     */
    CompletableFuture<Applied> apply(ApplyRequest request);

    /**
     * A content that is on the disk.
     *
     * @param size in bytes
     */
    record Stored(Hash hash, int size) {
    }

}
