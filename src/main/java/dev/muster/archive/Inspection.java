package dev.muster.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.UnusablePackageException;

/**
 * What was unpacked must be a package for this machine, and readable in little memory.
 */
record Inspection(PackageIdent ident, Path begun, String machine) {

    /** What {@link InstalledPackage} reads whole. */
    private static final List<String> READ = List.of("config", "hooks", "config_install", "default.toml", "IDENT",
            "TARGET", "SVC_USER", "SVC_GROUP", "SHUTDOWN_SIGNAL", "SHUTDOWN_TIMEOUT", "EXPORTS", "EXPOSES", "BINDS",
            "BINDS_OPTIONAL", "DEPS", "TDEPS", "PACKAGE_TYPE", "PATH", "RUNTIME_PATH", "RUNTIME_ENVIRONMENT",
            "RUNTIME_ENVIRONMENT_PATHS");

    /**
     * @throws InvalidArchiveException saying what is wrong, in the package's own terms
     */
    void check() throws IOException {
        if (readBytes() > Limits.READ_BYTES) {
            throw InvalidArchiveException
                .tooLarge("The templates, hooks and metadata of " + this.ident + " have more than " + Limits.READ_BYTES
                        + " bytes, which is the most; put large files elsewhere in the package");
        }
        Path file = this.begun.resolve("TARGET");
        if (!Files.isRegularFile(file)) {
            throw new InvalidArchiveException(
                    "The package " + this.ident + " has no file TARGET, which says what machine it is for");
        }
        String target = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!target.equals(this.machine)) {
            throw new InvalidArchiveException("The package " + this.ident + " is for " + printable(target)
                    + ", and this machine is " + this.machine + ": get the one for this machine");
        }
        try {
            InstalledPackage.describe(this.ident, this.begun);
        }
        catch (UnusablePackageException ex) {
            throw new InvalidArchiveException(String.valueOf(ex.getMessage()).replace(this.begun + "/", ""), ex);
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?").substring(0, Math.min(text.length(), 60));
    }

    private long readBytes() throws IOException {
        long bytes = 0;
        try {
            for (String name : READ) {
                bytes += new DirectoryTree(this.begun.resolve(name)).readableBytes();
            }
            return bytes;
        }
        catch (FileSystemLoopException ex) {
            throw new InvalidArchiveException("The package " + this.ident + " has links that lead in a circle: "
                    + this.begun.relativize(Path.of(ex.getFile())), ex);
        }
    }

}
