package dev.muster.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

import dev.muster.archive.TestArchive;
import dev.muster.pack.PackageIdent;

/** Puts releases into a source, as who publishes them should. */
public final class Publisher {

    private final Path directory;

    public Publisher(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("channels"));
        Files.createDirectories(directory.resolve("packages"));
    }

    /**
     * The archive first, the channel last and at once.
     * @param files by name; hooks can be executed
     */
    public PackageIdent publish(String ident, Map<String, String> files) throws IOException {
        PackageIdent release = PackageIdent.parse(ident);
        TestArchive archive = new TestArchive("hab/pkgs/" + release + "/").file("IDENT", release + "\n")
            .file("TARGET", TestArchive.TARGET + "\n");
        for (Map.Entry<String, String> file : files.entrySet()) {
            archive.file(file.getKey(), file.getValue(), file.getKey().startsWith("hooks/") ? 0755 : 0644);
        }
        Files.write(archive(release), archive.gzip());
        Path channel = channel();
        String before = Files.exists(channel) ? Files.readString(channel) : "# what we run\n";
        replace(before + release + "\n");
        return release;
    }

    /** From now on it is in neither. */
    public void withdraw(PackageIdent release) throws IOException {
        replace(Files.readString(channel()).replace(release + "\n", ""));
        Files.delete(archive(release));
    }

    private Path archive(PackageIdent release) {
        return this.directory.resolve("packages")
            .resolve(release.toString().replace('/', '-') + "-" + TestArchive.TARGET + ".tar.gz");
    }

    private Path channel() {
        return this.directory.resolve("channels/stable.txt");
    }

    private void replace(String text) throws IOException {
        Path fresh = this.directory.resolve("channels/fresh");
        Files.writeString(fresh, text);
        Files.move(fresh, channel(), StandardCopyOption.ATOMIC_MOVE);
    }

}
