package dev.muster.store;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A root directory that belongs to something else now: another node, or a Habitat
 * Supervisor. Trying again helps only once that has changed.
 */
public final class RootInUseException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path root;

    RootInUseException(Path root, String message) {
        super(message);
        this.root = root;
    }

    public Path root() {
        return this.root;
    }

}
