package dev.muster.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which of its keys a ring uses, once that was changed while it worked: a file beside
 * them, a revision on each line, the active one first.
 */
public final class KeysInUse {

    private static final String SUFFIX = ".in-use";

    private final Path directory;

    /**
     * @param directory where the keys are
     */
    public KeysInUse(Path directory) {
        this.directory = directory;
    }

    /**
     * What was said last.
     * @return empty when nothing was
     * @throws UnusableKeyException when it cannot be read
     */
    public List<String> of(String ring) throws UnusableKeyException {
        Path file = file(ring);
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1)
                .lines()
                .map(String::strip)
                .filter((line) -> !line.isEmpty())
                .toList();
        }
        catch (NoSuchFileException ex) {
            return List.of();
        }
        catch (IOException ex) {
            throw UnusableKeyException.barred("read which keys are in use from", file, ex);
        }
    }

    /**
     * From now on these; the directory must be there.
     * @throws UnusableKeyException when it cannot be written; then nothing has changed
     */
    public void save(String ring, List<String> revisions) throws UnusableKeyException {
        Path file = file(ring);
        try {
            NewFile.replace(file, (String.join("\n", revisions) + "\n").getBytes(StandardCharsets.US_ASCII),
                    "rw-------");
        }
        catch (IOException ex) {
            throw UnusableKeyException.barred("write which keys are in use to", file, ex);
        }
    }

    private Path file(String ring) {
        return this.directory.resolve(ring + SUFFIX);
    }

}
