package dev.muster.node;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.Set;
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
import dev.muster.key.BoxFile;
import dev.muster.key.Envelope;
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

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = PosixFilePermissions
        .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final DiskContentStore store;

    private final HeldFiles held;

    /** Copies contents for services, so that neither loops nor other members wait. */
    private final Executor copying;

    private final GroupKeys keys;

    private final GroupFileSet.Contents contents = (hash, target) -> copy(hash, target, this::copy);

    private final GroupFileSet.Contents encrypted = (hash, target) -> copy(hash, target, this::decrypt);

    LocalFiles(DiskContentStore store, HeldFiles held, GroupKeys keys, Executor copying) {
        this.store = store;
        this.held = held;
        this.keys = keys;
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
        // A group has all of its files encrypted, or none.
        boolean sealed = files.all().stream().anyMatch((file) -> file.content().envelope().isPresent());
        return new GroupFileSet(files.all()
            .stream()
            .map((file) -> new GroupFile(file.name(), file.content().hash().hex(), file.content().size(),
                    file.content().mode(), file.content().owner(), this.held.of(file.content().hash()),
                    file.content().envelope().isPresent()))
            .toList(), sealed ? this.encrypted : this.contents);
    }

    private void copy(Hash content, Path target) throws IOException {
        this.store.copy(content, target);
    }

    /** The cipher text is verified first, beside the place of what it becomes. */
    private void decrypt(Hash content, Path target) throws IOException {
        Path sealed = target.resolveSibling(target.getFileName() + ".box");
        try {
            this.store.copy(content, sealed);
            Files.deleteIfExists(target);
            try (FileChannel channel = FileChannel.open(target,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
                this.keys.open(() -> new BufferedInputStream(Files.newInputStream(sealed)), out);
                out.flush();
                channel.force(true);
            }
        }
        finally {
            Files.deleteIfExists(sealed);
        }
    }

    private CompletableFuture<Void> copy(String hash, Path target, Way way) {
        return CompletableFuture.runAsync(() -> {
            Hash content = Hash.parse(hash);
            try {
                way.take(content, target);
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
    public Envelope envelope(Hash content) throws IOException {
        // What stands before the box is shorter.
        return BoxFile.envelope(new ByteArrayInputStream(this.store.read(content, 0, 1024)));
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

    /** How a content comes to a place of its own. */
    @FunctionalInterface
    private interface Way {

        void take(Hash content, Path target) throws IOException;

    }

}
