package dev.muster.pack;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Reads the small files of a package directory, and says which of them is wrong. */
final class Metafiles {

    private final PackageIdent ident;

    private final Path directory;

    Metafiles(PackageIdent ident, Path directory) {
        this.ident = ident;
        this.directory = directory;
    }

    /** The trimmed text of a file; empty where there is none, or nothing in it. */
    Optional<String> text(String name) {
        Path file = this.directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        return Optional.of(read(file).strip()).filter((text) -> !text.isEmpty());
    }

    /**
     * The whole text of a file.
     * @throws UnusablePackageException when it cannot be read, or is no UTF-8
     */
    String read(Path file) {
        try {
            return Files.readString(file);
        }
        catch (CharacterCodingException ex) {
            throw unusable(file, "it is no UTF-8 text", ex);
        }
        catch (IOException ex) {
            throw unusable(file, "it cannot be read (" + ex + ")", ex);
        }
    }

    List<String> words(String name) {
        return text(name).map((text) -> List.of(text.split("\\s+"))).orElse(List.of());
    }

    /** Lines of the form {@code key=value}, in their order. */
    Map<String, String> pairs(String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        text(name)
            .ifPresent((text) -> text.lines().map(String::strip).filter((line) -> !line.isEmpty()).forEach((line) -> {
                int equals = line.indexOf('=');
                if (equals < 1) {
                    throw unusable(this.directory.resolve(name),
                            "the line '" + line + "' is not of the form name=value", null);
                }
                pairs.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }));
        return Collections.unmodifiableMap(pairs);
    }

    List<PackageIdent> idents(String name) {
        List<PackageIdent> idents = new ArrayList<>();
        for (String word : words(name)) {
            try {
                idents.add(PackageIdent.parse(word));
            }
            catch (InvalidIdentException ex) {
                throw unusable(this.directory.resolve(name), ex.getMessage(), ex);
            }
        }
        return List.copyOf(idents);
    }

    /**
     * A colon list of directories. What lies in this package is where this package is,
     * wherever it was built for; relative entries are below it.
     */
    String searchPath(String name, boolean onlyOwn) {
        Path built = Path.of("/hab/pkgs", this.ident.toString());
        List<String> entries = new ArrayList<>();
        for (String entry : text(name).map((text) -> text.split(":")).orElse(new String[0])) {
            if (entry.isBlank()) {
                continue;
            }
            Path path = Path.of(entry.strip()).normalize();
            Path own = path.startsWith(built) ? this.directory.resolve(built.relativize(path))
                    : this.directory.resolve(path).normalize();
            if (!onlyOwn || own.startsWith(this.directory)) {
                entries.add(own.toString());
            }
        }
        return String.join(":", entries);
    }

    UnusablePackageException unusable(Path file, String problem, @Nullable Throwable cause) {
        return new UnusablePackageException(this.ident, file, problem, cause);
    }

}
