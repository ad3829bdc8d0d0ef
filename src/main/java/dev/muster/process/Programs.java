package dev.muster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The system's own small programs that we use, found where systems keep them. */
final class Programs {

    private static final List<Path> PLACES = List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"),
            Path.of("/sbin"));

    private static final long SECONDS = 10;

    private Programs() {
    }

    /** How a program ended, and what it wrote. */
    record Outcome(int code, String output) {
    }

    static Optional<String> find(String name) {
        return PLACES.stream()
            .map((place) -> place.resolve(name))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    }

    /**
     * @throws IllegalStateException when it is missing, naming who has it
     */
    static String require(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("The program " + name + " is missing in " + PLACES
                + "; install the packages coreutils and util-linux"));
    }

    /**
     * Runs a program that answers at once; its standard output must be small.
     * @throws IllegalStateException when it does not end within seconds
     */
    static Outcome run(List<String> command) {
        return run(command, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD));
    }

    /** As {@link #run}, with standard error in the output. */
    static Outcome runWithErrors(List<String> command) {
        return run(command, new ProcessBuilder(command).redirectErrorStream(true));
    }

    private static Outcome run(List<String> command, ProcessBuilder builder) {
        // Messages are understood in this language only.
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("No answer within " + SECONDS + " s from " + command);
            }
            return new Outcome(process.exitValue(), output);
        }
        catch (IOException ex) {
            throw new UncheckedIOException("Cannot run " + command, ex);
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + command, ex);
        }
    }

}
