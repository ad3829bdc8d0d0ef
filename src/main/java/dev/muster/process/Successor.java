package dev.muster.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that takes a node's place while the old process stays, so that whoever
 * started that one still has it: its terminal, its container, its process id. They are
 * joined by a pipe that is the new one's standard input. Through it come the signals,
 * each as one letter, and when it ends, so has the old process.
 */
public final class Successor {

    private static final Logger log = LoggerFactory.getLogger(Successor.class);

    /** A source tree may have to be built first. */
    private static final long MINUTES = 10;

    private final Process process;

    private Successor(Process process) {
        this.process = process;
    }

    /**
     * Why a launcher would not start anything; empty when it would.
     */
    public static Optional<String> trouble(Path launcher) {
        if (!Files.isExecutable(launcher)) {
            return Optional.of(launcher + " cannot be run");
        }
        try {
            Path output = Files.createTempFile("muster-launcher", ".txt");
            try {
                Process process = new ProcessBuilder(launcher.toString(), "--version").redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .start();
                return ended(process) ? Optional.empty()
                        : Optional.of(launcher + " --version fails: " + Files.readString(output).strip());
            }
            finally {
                Files.delete(output);
            }
        }
        catch (IOException ex) {
            return Optional.of(launcher + " cannot be run: " + ex.getMessage());
        }
    }

    private static boolean ended(Process process) {
        try {
            if (process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return false;
        }
    }

    /**
     * Starts it in this directory, with this environment and this output.
     * @param words what the launcher is told
     * @param added to the environment
     */
    public static Successor start(Path launcher, List<String> words, Map<String, String> added) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO().redirectInput(ProcessBuilder.Redirect.PIPE);
        builder.environment().putAll(added);
        return new Successor(builder.start());
    }

    /**
     * Passes on a signal, by its first letter: {@code INT}, {@code TERM} or {@code HUP}.
     */
    public synchronized void send(String signal) {
        OutputStream pipe = this.process.getOutputStream();
        try {
            pipe.write(signal.substring(0, 1).getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        }
        catch (IOException ex) {
            log.debug("Signal not passed on, the process has ended: signal={}", signal);
        }
    }

    /**
     * Waits for its end, and tells its exit code: 128 and a signal for one that was
     * killed.
     */
    public int await() throws InterruptedException {
        return this.process.waitFor();
    }

}
