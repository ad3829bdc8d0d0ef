package dev.muster.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * A key file or their directory cannot be used as it is: damaged, or barred. Nothing of a
 * key is in what it says. Trying again helps after somebody has put it right.
 */
public final class UnusableKeyException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean denied;

    private UnusableKeyException(String message, boolean denied, @Nullable Exception cause) {
        super(message, cause);
        this.denied = denied;
    }

    static UnusableKeyException damaged(Path file, String what, @Nullable Exception cause) {
        return new UnusableKeyException("The key file " + file + " is damaged: " + what
                + ". Put it back from where it came from, or move it away", false, cause);
    }

    static UnusableKeyException barred(String what, Path file, IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return new UnusableKeyException("Cannot " + what + " " + file + ": permission denied for user "
                    + System.getProperty("user.name") + owner(file), true, cause);
        }
        String reason = StorageFullException.caused(cause) ? "no room is left: make some on that disk" : reason(cause);
        return new UnusableKeyException("Cannot " + what + " " + file + ": " + reason, false, cause);
    }

    static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied for user " + System.getProperty("user.name");
        }
        if (cause instanceof FileAlreadyExistsException) {
            return cause.getMessage() + " is a file";
        }
        return (cause instanceof FileSystemException detailed && detailed.getReason() != null) ? detailed.getReason()
                : String.valueOf(cause.getMessage());
    }

    private static String owner(Path file) {
        for (Path path = file.toAbsolutePath(); path != null; path = path.getParent()) {
            try {
                return "; run this as user " + Files.getOwner(path).getName();
            }
            catch (IOException ex) {
                // Not to be seen from here: whoever owns the directory above may see it.
                continue;
            }
        }
        return "";
    }

    /** Whether somebody else may do what this user may not. */
    public boolean isDenied() {
        return this.denied;
    }

}
