package dev.muster.pack;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.Set;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The directories that packages are looked for in, each laid out as
 * {@code origin/name/version/release}. Every look-up reads the disk: a package that was
 * installed a moment ago is found.
 */
public final class PackagePath {

    private static final String UNFINISHED = ".hab-pkg-install";

    private static final Comparator<Located> OLDEST_FIRST = Comparator.comparing(Located::ident,
            PackageIdent.OLDEST_FIRST);

    private final List<Path> directories;

    private final String target;

    /**
     * A path for the machine this runs on.
     * @param directories the first with a match wins; those that do not exist are skipped
     */
    public PackagePath(List<Path> directories) {
        this(directories, target(System.getProperty("os.name"), System.getProperty("os.arch")));
    }

    PackagePath(List<Path> directories, String target) {
        this.directories = directories.stream().map((path) -> path.toAbsolutePath().normalize()).distinct().toList();
        this.target = target;
    }

    static String target(String system, String machine) {
        String processor = switch (machine) {
            case "amd64", "x86_64" -> "x86_64";
            case "arm64", "aarch64" -> "aarch64";
            default -> machine;
        };
        return processor
                + (system.startsWith("Mac") ? "-darwin" : system.startsWith("Windows") ? "-windows" : "-linux");
    }

    public List<Path> directories() {
        return this.directories;
    }

    /** What packages are for this machine, as {@code x86_64-linux}. */
    public String target() {
        return this.target;
    }

    /**
     * Finds the newest package that satisfies this ident, and reads it.
     * @throws PackageNotFoundException when no directory has one for this machine
     * @throws UnusablePackageException when the newest is damaged or no service
     */
    public InstalledPackage find(PackageIdent wanted) {
        List<String> places = new ArrayList<>();
        Located found = newest(wanted, places);
        if (found == null) {
            throw new PackageNotFoundException(wanted, this.target, places);
        }
        return InstalledPackage.read(found.ident, found.directory);
    }

    /**
     * Where the newest package is that satisfies this ident, also if it is no service.
     */
    public Optional<Path> locate(PackageIdent wanted) {
        return Optional.ofNullable(newest(wanted, new ArrayList<>())).map(Located::directory);
    }

    /**
     * Where hooks and processes of a package look for programs, a colon list: as the
     * package says, else its own directories, those of its direct dependencies in their
     * order, then those of the others by name. A dependency that is not installed is left
     * out.
     * @throws UnusablePackageException when a dependency is malformed
     */
    public String searchPath(InstalledPackage pack) {
        if (pack.runtimePathGiven()) {
            return pack.runtimePath();
        }
        Set<PackageIdent> needed = new LinkedHashSet<>(pack.directDependencies());
        pack.dependencies().stream().sorted(Comparator.comparing(PackageIdent::toString)).forEach(needed::add);
        List<String> paths = new ArrayList<>(List.of(pack.runtimePath()));
        for (PackageIdent ident : needed) {
            Located found = newest(ident, new ArrayList<>());
            if (found != null) {
                paths.add(InstalledPackage.describe(found.ident, found.directory).runtimePath());
            }
        }
        return paths.stream()
            .flatMap((path) -> Stream.of(path.split(":")))
            .filter((entry) -> !entry.isEmpty())
            .distinct()
            .collect(Collectors.joining(":"));
    }

    /**
     * Every release for this machine that satisfies this ident, also if it is no service:
     * directory by directory, the newest of each first.
     */
    public List<Located> all(PackageIdent wanted) {
        return this.directories.stream().flatMap((directory) -> newestFirst(directory, wanted)).toList();
    }

    /** Every package for this machine, by origin and name, the newest of each first. */
    public List<Located> all() {
        List<Located> all = new ArrayList<>();
        for (Path directory : this.directories) {
            for (Path origin : sorted(entries(directory, new ArrayList<>()))) {
                for (Path name : sorted(entries(origin, new ArrayList<>()))) {
                    ident(origin, name).ifPresent((ident) -> newestFirst(directory, ident).forEach(all::add));
                }
            }
        }
        return List.copyOf(all);
    }

    private Stream<Located> newestFirst(Path directory, PackageIdent wanted) {
        return candidates(directory, wanted, new ArrayList<>()).stream().sorted(OLDEST_FIRST.reversed());
    }

    private static List<Path> sorted(List<Path> entries) {
        return entries.stream().sorted().toList();
    }

    private static Optional<PackageIdent> ident(Path origin, Path name) {
        try {
            return Optional
                .of(new PackageIdent(origin.getFileName().toString(), name.getFileName().toString(), null, null));
        }
        catch (InvalidIdentException ex) {
            // A directory that is not named as a package is.
            return Optional.empty();
        }
    }

    private @Nullable Located newest(PackageIdent wanted, List<String> places) {
        for (Path directory : this.directories) {
            List<String> remarks = new ArrayList<>();
            Optional<Located> newest = candidates(directory, wanted, remarks).stream().max(OLDEST_FIRST);
            if (newest.isPresent()) {
                return newest.get();
            }
            places.add(remarks.isEmpty() ? directory.toString() : directory + " (" + String.join("; ", remarks) + ")");
        }
        return null;
    }

    private List<Located> candidates(Path directory, PackageIdent wanted, List<String> remarks) {
        List<Located> candidates = new ArrayList<>();
        Path named = directory.resolve(wanted.origin()).resolve(wanted.name());
        for (Path version : entries(named, remarks)) {
            for (Path release : entries(version, remarks)) {
                PackageIdent ident = ident(wanted, version, release);
                if (ident != null && ident.satisfies(wanted) && isForThisMachine(ident, release, remarks)) {
                    candidates.add(new Located(ident, release));
                }
            }
        }
        return candidates;
    }

    private static List<Path> entries(Path directory, List<String> remarks) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                .filter((entry) -> !entry.getFileName().toString().startsWith(UNFINISHED))
                .toList();
        }
        catch (AccessDeniedException ex) {
            remarks.add("not allowed to read " + directory);
            return List.of();
        }
        catch (IOException ex) {
            remarks.add("cannot read " + directory + ": " + ex);
            return List.of();
        }
    }

    /** Null for a directory that is not named as a package is. */
    private static @Nullable PackageIdent ident(PackageIdent wanted, Path version, Path release) {
        try {
            return new PackageIdent(wanted.origin(), wanted.name(), version.getFileName().toString(),
                    release.getFileName().toString());
        }
        catch (InvalidIdentException ex) {
            return null;
        }
    }

    private boolean isForThisMachine(PackageIdent ident, Path directory, List<String> remarks) {
        Path file = directory.resolve("TARGET");
        try {
            String found = Files.readString(file).strip();
            if (found.equals(this.target)) {
                return true;
            }
            remarks.add(ident + " is for " + found);
        }
        catch (IOException ex) {
            remarks.add(ident + " has no readable file TARGET");
        }
        return false;
    }

    /**
     * A package that is there.
     *
     * @param ident with version and release
     */
    public record Located(PackageIdent ident, Path directory) {
    }

}
