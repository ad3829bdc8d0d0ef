package dev.muster.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs commands inside this process, for programs that do what people type. Nothing of
 * this process's environment reaches them: a secret or a root that somebody has set for
 * other commands does not change which node is asked.
 */
public final class CommandRunner {

    private final Shell shell = new Shell();

    /**
     * Runs one command to its end; one at a time.
     * @param words as they would be typed behind {@code muster}
     * @param input what would be piped into it
     */
    public Outcome run(List<String> words, String input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), false, false, Map.of(), Map.of(),
                Optional.empty());
        int code = this.shell.run(words, console);
        return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /**
     * How a command ended.
     *
     * @param code its exit code
     * @param output what it printed as its result
     * @param errors what else it had to say to people
     */
    public record Outcome(int code, String output, String errors) {
    }

}
