package dev.muster.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs command lines as a process would, and keeps what they print. */
public final class Client {

    private final Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private final Shell shell = new Shell();

    private InputStream in = new ByteArrayInputStream(new byte[0]);

    private boolean typed;

    private Map<String, String> environment = Map.of();

    private Optional<Screen> screen = Optional.empty();

    /**
     * @param directory its root directory
     * @param url what is announced there, or nothing when it is empty
     */
    public Client(Path directory, String url) {
        this.root = directory;
        try {
            Path state = Files.createDirectories(directory.resolve("sup/default"));
            Files.writeString(state.resolve("CTL_SECRET"), FakeNode.SECRET + "\n");
            if (!url.isEmpty()) {
                Files.writeString(state.resolve("CTL_ADDRESS"), url + "\n");
            }
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    Client input(String text) {
        return input(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    Client input(InputStream stream) {
        this.in = stream;
        return this;
    }

    Client onTerminal() {
        this.typed = true;
        return this;
    }

    /** Its output is a terminal of that size. */
    Client screen(int columns, int rows) {
        this.screen = Optional.of(() -> new Screen.Size(columns, rows));
        return this;
    }

    Client environment(Map<String, String> variables) {
        this.environment = variables;
        return this;
    }

    /** With {@code --root}; the words are parted by blanks. */
    int run(String line) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        words.add("--root");
        words.add(this.root.toString());
        return exactly(words);
    }

    /** Just these words. */
    public int exactly(List<String> words) {
        this.out.reset();
        this.err.reset();
        Console console = new Console(new PrintStream(this.out, true, StandardCharsets.UTF_8),
                new PrintStream(this.err, true, StandardCharsets.UTF_8), this.in, this.typed, false, this.environment,
                Map.of(), this.screen);
        return this.shell.run(words, console);
    }

    int exactly(String... words) {
        return exactly(List.of(words));
    }

    void interrupt() {
        this.shell.interrupt();
    }

    public String out() {
        return this.out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return this.err.toString(StandardCharsets.UTF_8);
    }

}
