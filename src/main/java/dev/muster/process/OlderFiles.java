package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The earlier parts of a log, {@code NAME.1} the newest: so many are kept and no more.
 *
 * @param keep how many, at least 1
 */
record OlderFiles(Path file, int keep) {

    OlderFiles {
        if (keep < 1) {
            throw new IllegalArgumentException("At least one older file must be kept, not " + keep);
        }
    }

    Path older(int number) {
        return this.file.resolveSibling(this.file.getFileName() + "." + number);
    }

    /** Drops the oldest, of which there would be one too many. */
    void makeRoom() throws IOException {
        Files.deleteIfExists(older(this.keep));
    }

    /** Makes the given file the newest of them. */
    void add(Path next) throws IOException {
        for (int number = this.keep - 1; number > 0; number--) {
            if (Files.exists(older(number))) {
                Files.move(older(number), older(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(next, older(1), StandardCopyOption.REPLACE_EXISTING);
    }

}
