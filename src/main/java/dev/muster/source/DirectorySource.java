package dev.muster.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import dev.muster.pack.PackageIdent;
import dev.muster.update.PackageSource;

/** A directory on this host, or one that is mounted on it. */
final class DirectorySource implements PackageSource {

    private final Path directory;

    DirectorySource(Path directory) {
        this.directory = directory;
    }

    @Override
    public byte[] channel(String name) throws IOException {
        Path file = this.directory.resolve("channels").resolve(name + ".txt");
        try (InputStream in = open(file)) {
            return Sources.channel(in, file);
        }
    }

    @Override
    public InputStream archive(PackageIdent release, String target) throws IOException {
        Path packages = this.directory.resolve("packages");
        String name = Sources.fileName(release, target);
        for (String ending : Sources.ENDINGS) {
            Path file = packages.resolve(name + ending);
            if (Files.isRegularFile(file)) {
                return open(file);
            }
        }
        throw new IOException(packages + " has no " + name + " with " + String.join(", ", Sources.ENDINGS));
    }

    /** A pipe or device would be waited for, for ever. */
    private static InputStream open(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is no file");
        }
        try {
            return Files.newInputStream(file);
        }
        catch (NoSuchFileException ex) {
            throw new IOException("there is no " + file, ex);
        }
        catch (IOException ex) {
            throw new IOException(file + " cannot be read: " + ex, ex);
        }
    }

    @Override
    public boolean isTrusted() {
        return true;
    }

}
