package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The files of one revision of a group, those that are not here yet included; a file that
 * is not among them is to be gone.
 *
 * @param contents where those come from that are here
 */
public record GroupFileSet(List<GroupFile> files, Contents contents) {

    /** No files. */
    public static final GroupFileSet NONE = new GroupFileSet(List.of(),
            (hash, target) -> CompletableFuture.failedFuture(new IOException("There is no content " + hash)));

    public GroupFileSet {
        files = List.copyOf(files);
    }

    /** The same, none of which others than owner and group can open. */
    GroupFileSet guarded() {
        return new GroupFileSet(this.files.stream().map(GroupFile::guarded).toList(), this.contents);
    }

    Optional<GroupFile> find(String name) {
        return this.files.stream().filter((file) -> file.name().text().equals(name)).findFirst();
    }

    /** The contents of files. */
    @FunctionalInterface
    public interface Contents {

        /**
         * Writes one to a file that is not there, verified and synced, on another thread
         * than the one that asks.
         * @param hash in hexadecimal digits
         * @return fails with an {@link IOException} when it is not here, damaged, or
         * could not be written; the file may be there
         */
        CompletableFuture<Void> copy(String hash, Path target);

    }

}
