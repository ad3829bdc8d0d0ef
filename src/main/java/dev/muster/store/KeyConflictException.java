package dev.muster.store;

import java.io.IOException;
import java.nio.file.Path;

/** There is another key under the same name and revision. Nothing was written. */
public final class KeyConflictException extends IOException {

    private static final long serialVersionUID = 1L;

    KeyConflictException(Path file, Object id) {
        super("There is another key " + id + " in " + file
                + " already, and a key is never replaced: find out which of the two is meant, and move that file away "
                + "if it is not that one");
    }

}
