package dev.muster.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackagePath;
import dev.muster.pack.PackagePath.Located;

/** Which releases an uninstall means, and whether they may go. Changes nothing. */
final class Removal {

    private final PackagePath path;

    private final PackageDirectory own;

    Removal(PackagePath path, PackageDirectory own) {
        this.path = path;
        this.own = own;
    }

    /** The newest first. */
    List<PackageIdent> choose(PackageIdent wanted, boolean all) {
        List<Located> found = this.path.all(wanted);
        if (found.isEmpty()) {
            throw new NotInstalledException(wanted, this.path.directories());
        }
        List<PackageIdent> ours = found.stream().filter(this::isOwn).map(Located::ident).toList();
        if (ours.isEmpty()) {
            throw new PackageConflictException(
                    "The package " + found.get(0).ident() + " lies in " + found.get(0).directory()
                            + ", and only packages in " + this.own.path()
                            + " are installed and removed by this node: remove it there yourself",
                    found.stream().map(Located::ident).toList());
        }
        if (ours.size() > 1 && !all) {
            throw new PackageConflictException("Several releases are " + wanted + ": " + texts(ours)
                    + ". Name one of them whole, or say --all to remove them all", ours);
        }
        return ours;
    }

    private boolean isOwn(Located found) {
        return found.directory().startsWith(this.own.path());
    }

    private static String texts(List<PackageIdent> idents) {
        return idents.stream().map(PackageIdent::toString).collect(Collectors.joining(", "));
    }

    /**
     * @throws PackageConflictException when a package that stays names one of these among
     * what it needs, and has it from here
     */
    void requireNotNeeded(List<PackageIdent> going) {
        List<PackageIdent> needing = new ArrayList<>();
        String needed = "";
        for (Located other : this.path.all()) {
            if (isOwn(other) && going.contains(other.ident())) {
                continue;
            }
            for (PackageIdent ident : going) {
                if (needs(other.directory(), ident) && !isElsewhere(ident)) {
                    needing.add(other.ident());
                    needed = ident.toString();
                }
            }
        }
        if (!needing.isEmpty()) {
            throw new PackageConflictException("The package " + needed + " cannot be removed: " + texts(needing)
                    + (needing.size() == 1 ? " needs" : " need") + " it. Remove that first", needing);
        }
    }

    /** Whether it can be had from another directory, too. */
    boolean isElsewhere(PackageIdent ident) {
        return this.path.all(ident).stream().anyMatch((found) -> !isOwn(found));
    }

    private static boolean needs(Path directory, PackageIdent ident) {
        Path file = directory.resolve("TDEPS");
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).lines()
                .map(String::strip)
                .anyMatch(ident.toString()::equals);
        }
        catch (NoSuchFileException ex) {
            return false;
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot tell what " + directory + " needs", ex);
        }
    }

    /** Whether no release of that name is left without these. */
    boolean areTheLast(List<PackageIdent> going) {
        PackageIdent name = new PackageIdent(going.get(0).origin(), going.get(0).name(), null, null);
        return this.path.all(name).stream().allMatch((found) -> isOwn(found) && going.contains(found.ident()));
    }

}
