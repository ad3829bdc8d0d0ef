package dev.muster.key;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** A file that should hold a node's key and does not. Trying again does not help. */
public final class DamagedKeyException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedKeyException(Path file, String what, @Nullable Throwable cause) {
        super("The node key " + file + " is damaged: " + what + ". Put it back from a backup; "
                + "only if there is none, remove it, and this node starts as a new member", cause);
    }

}
