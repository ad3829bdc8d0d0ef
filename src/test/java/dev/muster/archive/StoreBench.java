package dev.muster.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackagePath;

/** A store below a directory, with hooks that only say how they would have ended. */
final class StoreBench implements InstallHooks {

    final Path root;

    final Path own;

    final Path elsewhere;

    final Path keys;

    final List<String> ran = new ArrayList<>();

    final Map<PackageIdent, List<String>> running = new HashMap<>();

    final Map<PackageIdent, List<ReleaseUse.Claim>> claimed = new HashMap<>();

    int exit;

    Limits limits = Limits.DEFAULT;

    StoreBench(Path root) {
        this.root = root;
        this.own = root.resolve("pkgs");
        this.elsewhere = root.resolve("elsewhere");
        this.keys = root.resolve("cache/keys");
    }

    PackagePath path() {
        return new PackagePath(List.of(this.own, this.elsewhere));
    }

    PackageStore store() {
        return new PackageStore(this.own, this.root.resolve("cache/artifacts"), path(), new PublicKeys(this.keys), this,
                new Use(), this.limits);
    }

    Installation install(String ident, byte[] archive) throws IOException {
        return install(ident, archive, false);
    }

    Installation install(String ident, byte[] archive, boolean force) throws IOException {
        PackageStore store = store();
        try (PackageStore.Upload upload = store.receive(new ByteArrayInputStream(archive))) {
            return store.install(PackageIdent.parse(ident), upload.file(), force);
        }
    }

    /** A package in the read-only place, or anywhere. */
    static Path put(Path below, String ident, String... files) throws IOException {
        Path directory = Files.createDirectories(below.resolve(ident));
        Files.createDirectories(directory.resolve("hooks"));
        Files.writeString(directory.resolve("IDENT"), ident + "\n");
        Files.writeString(directory.resolve("TARGET"), TestArchive.TARGET + "\n");
        for (String file : files) {
            String[] parts = file.split("=", 2);
            Files.writeString(directory.resolve(parts[0]), parts[1]);
        }
        return directory;
    }

    /** Everything below the root, the names of links and files alike. */
    TreeSet<String> everything() throws IOException {
        if (!Files.exists(this.root)) {
            return new TreeSet<>();
        }
        try (Stream<Path> found = Files.walk(this.root)) {
            return new TreeSet<>(found.map((path) -> this.root.relativize(path).toString())
                .filter((name) -> !name.isEmpty() && !Arrays.asList("cache", "cache/artifacts", "pkgs").contains(name))
                .toList());
        }
    }

    @Override
    public Outcome run(InstalledPackage pack, String hook) {
        this.ran.add(hook + " " + pack.ident());
        return new Outcome(this.exit, "exited with " + this.exit, "line of the hook\n");
    }

    private final class Use implements ReleaseUse {

        @Override
        public List<String> runBy(PackageIdent release) {
            return StoreBench.this.running.getOrDefault(release, List.of());
        }

        @Override
        public List<Claim> claims(PackageIdent release) {
            return StoreBench.this.claimed.getOrDefault(release, List.of());
        }

    }

}
