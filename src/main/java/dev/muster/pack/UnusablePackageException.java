package dev.muster.pack;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/** A package is there, but something in its directory keeps it from being run. */
public final class UnusablePackageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    UnusablePackageException(PackageIdent ident, Path file, String problem, @Nullable Throwable cause) {
        super("The package " + ident + " cannot be used: " + file + ": " + problem, cause);
        this.file = file;
    }

    /** The file, or directory, that is wrong. */
    public Path file() {
        return this.file;
    }

}
