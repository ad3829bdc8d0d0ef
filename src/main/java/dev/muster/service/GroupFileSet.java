package dev.muster.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one group, those that are not here yet included; a file that is not among
 * them is to be gone.
 *
 * @param contents where those come from that are here
 */
public record GroupFileSet(List<GroupFile> files, Contents contents) {

    static final GroupFileSet NONE = new GroupFileSet(List.of(), (hash, target) -> {
        throw new IOException("There is no content " + hash);
    });

    public GroupFileSet {
        files = List.copyOf(files);
    }

    /** Names of those whose content is not here. */
    List<String> missing() {
        return this.files.stream().filter((file) -> !file.here()).map((file) -> file.name().text()).toList();
    }

    /** The contents of files. */
    @FunctionalInterface
    public interface Contents {

        /**
         * Writes one to a file that is not there, verified and synced. Any thread.
         * @param hash in hexadecimal digits
         * @throws IOException when it is not here, damaged, or could not be written; the
         * file may be there
         */
        void copy(String hash, Path target) throws IOException;

    }

}
