package dev.muster.shell;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Commands one after another, typed or piped. Typed, a failure is told and the next line
 * read; piped, it ends the session with its exit code. What was typed is remembered while
 * the session lasts and written nowhere.
 */
final class InteractiveShell {

    private static final String PROMPT = "muster> ";

    private final Shell shell;

    private final Console console;

    InteractiveShell(Shell shell, Arguments arguments, Console console) throws UsageException {
        if (console.session()) {
            throw new UsageException("This is the shell already");
        }
        Map<String, String> defaults = new LinkedHashMap<>();
        arguments.options().forEach((name, values) -> defaults.put(name, values.get(0)));
        this.shell = shell;
        this.console = console.inSession(defaults);
    }

    int run() throws IOException {
        return this.console.typed() ? typed() : piped();
    }

    private int piped() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(this.console.in(), StandardCharsets.UTF_8));
        String line = in.readLine();
        while (line != null) {
            Step step = step(line, in::readLine);
            if (step.ends() || step.exit() != 0) {
                return step.exit();
            }
            line = in.readLine();
        }
        return 0;
    }

    private int typed() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().build()) {
            if (terminal.getWidth() <= 0) {
                terminal.setSize(new Size(80, 24));
            }
            LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .completer(new CommandCompleter(this.shell.descriptions()))
                .history(new SessionHistory(this.shell.descriptions()))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
            bindArrows(reader);
            terminal.handle(Terminal.Signal.INT, (signal) -> this.shell.interrupt());
            boolean open = true;
            while (open) {
                open = !next(reader).ends();
            }
            return 0;
        }
    }

    /**
     * Which of the two ways of saying an arrow a terminal uses depends on a mode that not
     * every one heeds, so both are understood, whatever its description says.
     */
    private static void bindArrows(LineReader reader) {
        Map<String, String> arrows = Map.of("A", LineReader.UP_LINE_OR_HISTORY, "B", LineReader.DOWN_LINE_OR_HISTORY,
                "C", LineReader.FORWARD_CHAR, "D", LineReader.BACKWARD_CHAR, "H", LineReader.BEGINNING_OF_LINE, "F",
                LineReader.END_OF_LINE);
        arrows.forEach((arrow, widget) -> reader.getKeyMaps()
            .get(LineReader.MAIN)
            .bind(new Reference(widget), "\033[" + arrow, "\033O" + arrow));
    }

    private Step next(LineReader reader) throws IOException {
        try {
            reader.setVariable(LineReader.DISABLE_HISTORY, false);
            return step(reader.readLine(PROMPT), () -> {
                // Input of a command may be a key.
                reader.setVariable(LineReader.DISABLE_HISTORY, true);
                try {
                    return reader.readLine("> ");
                }
                catch (EndOfFileException ex) {
                    return null;
                }
            });
        }
        catch (UserInterruptException ex) {
            return new Step(130, false);
        }
        catch (EndOfFileException ex) {
            return new Step(0, true);
        }
    }

    private Step step(String text, Lines below) throws IOException {
        ShellLine line;
        try {
            line = ShellLine.parse(text);
        }
        catch (UsageException ex) {
            this.console.err().println("muster: " + ex.getMessage());
            return new Step(2, false);
        }
        if (line.words().isEmpty()) {
            return new Step(0, false);
        }
        if (List.of("exit", "quit").contains(line.words().get(0))) {
            return new Step(0, true);
        }
        Optional<String> until = line.until();
        Console connected = until.isPresent() ? this.console.reading(input(until.get(), below)) : this.console;
        return new Step(this.shell.run(line.words(), connected), false);
    }

    private static ByteArrayInputStream input(String until, Lines below) throws IOException {
        StringBuilder text = new StringBuilder();
        String line = below.next();
        while (line != null && !line.equals(until)) {
            text.append(line).append('\n');
            line = below.next();
        }
        return new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What became of a line.
     *
     * @param exit code of its command
     * @param ends whether it ends the session
     */
    private record Step(int exit, boolean ends) {

    }

    /** The lines that follow; null after the last. */
    private interface Lines {

        @org.jspecify.annotations.Nullable
        String next() throws IOException;

    }

}
