package dev.muster.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.muster.group.AppliedFile;
import dev.muster.group.FileContent;
import dev.muster.group.FileRequest;

/** What the control gateway may ask of the node about files of groups. */
public interface FileControl {

    /**
     * Takes the content of a file; waits for the network and the disk.
     * @return what it is; on the disk of this node, and nobody is told of it yet
     * @throws IOException when it is too large, could not be read, or could not be
     * written; nothing is kept
     */
    FileContent receive(InputStream in, int mode, Optional<String> owner) throws IOException;

    /**
     * As {@link dev.muster.group.GroupFiles#apply}, once another member has the content
     * on its disk, if one is present; fails with
     * {@link dev.muster.content.NoSecondCopyException} when none takes it.
     */
    CompletableFuture<AppliedFile> apply(FileRequest request);

}
