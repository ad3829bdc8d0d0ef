package dev.muster.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.muster.gateway.FileControl;
import dev.muster.group.Applied;
import dev.muster.group.ApplyRequest;
import dev.muster.group.FileContent;
import dev.muster.group.GroupFiles;
import dev.muster.group.HeldFiles;
import dev.muster.rumor.Hash;
import dev.muster.service.GroupFile;
import dev.muster.service.GroupFileSet;
import dev.muster.store.DiskContentStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the contents on this node's disk, the services that get them, and the gateway
 * that brings them.
 */
final class LocalFiles implements FileControl {

    private static final Logger log = LoggerFactory.getLogger(LocalFiles.class);

    private final DiskContentStore store;

    private final HeldFiles held;

    /** Copies contents for services, so that neither loops nor other members wait. */
    private final Executor copying;

    private final GroupFileSet.Contents contents = this::copy;

    LocalFiles(DiskContentStore store, HeldFiles held, Executor copying) {
        this.store = store;
        this.held = held;
        this.copying = copying;
    }

    /** Runs what waits for the disk, and nothing any longer once the node ends. */
    static Executor untilTheEnd(Executor disk) {
        return (task) -> {
            try {
                disk.execute(task);
            }
            catch (RejectedExecutionException ex) {
                log.debug("Nothing is read or written any longer, the node ends");
            }
        };
    }

    /** As services want them; with how this node is supplied with them now. */
    GroupFileSet forServices(GroupFiles files) {
        return new GroupFileSet(files.all()
            .stream()
            .map((file) -> new GroupFile(file.name(), file.content().hash().hex(), file.content().size(),
                    file.content().mode(), file.content().owner(), this.held.of(file.content().hash())))
            .toList(), this.contents);
    }

    private CompletableFuture<Void> copy(String hash, Path target) {
        return CompletableFuture.runAsync(() -> {
            Hash content = Hash.parse(hash);
            try {
                this.store.copy(content, target);
            }
            catch (IOException ex) {
                if (!this.store.has(content)) {
                    this.held.lost(content);
                }
                throw new CompletionException(ex);
            }
        }, untilTheEnd(this.copying));
    }

    @Override
    public Stored receive(InputStream in) throws IOException {
        DiskContentStore.Received received = this.store.receive(in, FileContent.MAX_SIZE);
        // It may be one that was missing.
        this.held.received();
        return new Stored(received.hash(), received.size());
    }

    @Override
    public OptionalInt size(Hash content) throws IOException {
        return this.store.size(content);
    }

    @Override
    public CompletableFuture<Applied> apply(ApplyRequest request) {
        return this.held.apply(request);
    }

}
