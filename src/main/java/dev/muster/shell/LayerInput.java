package dev.muster.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;

/** The TOML that a command takes, from a file or from standard input. */
final class LayerInput {

    static final Positional FILE = new Positional("FILE", "TOML; standard input without it, or for -", false);

    static final int MAX_BYTES = 65_536;

    private LayerInput() {
    }

    /**
     * @param command as it is typed, for messages
     */
    static byte[] read(String command, Optional<String> file, String group, Console console)
            throws CommandFailure, UsageException {
        boolean piped = file.isEmpty() || file.get().equals("-");
        if (piped && console.session()) {
            throw new UsageException(
                    "In the shell, " + command + " needs a FILE, or <<EOF and the TOML in the lines below");
        }
        if (piped && console.typed()) {
            console.err().println("muster: reading TOML for " + group + " from the terminal; end it with Ctrl-D");
        }
        String source = piped ? "standard input" : file.get();
        byte[] content;
        try (InputStream in = piped ? console.in() : Files.newInputStream(Path.of(source))) {
            content = in.readNBytes(MAX_BYTES + 1);
        }
        catch (NoSuchFileException ex) {
            throw CommandFailure.of(2, "bad-request",
                    "There is no file " + source + ": give one, or - for standard input");
        }
        catch (IOException ex) {
            throw CommandFailure.of(2, "bad-request", "Cannot read " + source + ": " + ex.getMessage());
        }
        if (content.length > MAX_BYTES) {
            throw CommandFailure.of(7, "too-large", "The configuration in " + source + " has more than " + MAX_BYTES
                    + " bytes, the most that a group takes: put large content into files");
        }
        return content;
    }

}
