package dev.muster.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A root directory that cannot be read or written, or holds something damaged. */
public final class UnusableRootException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path root;

    UnusableRootException(Path root, String message) {
        super(message);
        this.root = root;
    }

    UnusableRootException(Path root, Path file, IOException cause) {
        super("Cannot use the root directory " + root + ": " + file + ": " + reason(cause) + "; " + remedy(cause),
                cause);
        this.root = root;
    }

    public Path root() {
        return this.root;
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied for user " + System.getProperty("user.name");
        }
        if (cause instanceof FileAlreadyExistsException || cause instanceof NotDirectoryException) {
            return "is no directory";
        }
        if (cause instanceof NoSuchFileException) {
            return "cannot be made there";
        }
        if (cause instanceof FileSystemException detailed && detailed.getReason() != null) {
            return detailed.getReason();
        }
        return String.valueOf(cause.getMessage());
    }

    private static String remedy(IOException cause) {
        return StorageFullException.caused(cause) ? "make room on that disk"
                : "give a directory that this user can write with --root or " + RootLayout.VARIABLE;
    }

}
