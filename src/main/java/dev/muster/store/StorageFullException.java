package dev.muster.store;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * There is no room on the disk, or none within the user's quota. Trying again helps once
 * there is.
 */
public final class StorageFullException extends IOException {

    private static final long serialVersionUID = 1L;

    StorageFullException(Path directory, IOException cause) {
        super("No room left in " + directory + " (" + cause.getMessage() + "): make room on that disk", cause);
    }

    static boolean caused(@Nullable Throwable failure) {
        String message = (failure != null) ? failure.getMessage() : null;
        return message != null
                && (message.contains("No space left on device") || message.contains("Disk quota exceeded"));
    }

}
