package dev.muster.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.muster.shell.ArgvParser;
import dev.muster.shell.Arguments;
import dev.muster.shell.Programs;
import dev.muster.shell.UsageException;

/** {@code muster bench services}: what many services on one node cost. */
public final class ServicesMain {

    private static final int MOST = 1000;

    private static final int USUAL = 200;

    private ServicesMain() {
    }

    /**
     * Measures, prints, and ends the JVM.
     * @param words those behind the name of the command
     */
    public static void main(String[] words) {
        BenchProgram.run(ServicesMain::measure, words);
    }

    private static String measure(List<String> words, PrintStream progress)
            throws UsageException, BenchFailure, InterruptedException {
        Arguments given = ArgvParser.parse(Programs.BENCH_SERVICES, words);
        String format = given.value("format").orElse("text");
        if (!List.of("text", "json").contains(format)) {
            throw new UsageException("--format is one of text, json, not \"" + format + "\"");
        }
        int services = services(given.value("services").orElse(String.valueOf(USUAL)));
        Duration idle = given.duration("idle").orElse(Duration.ofSeconds(20));
        if (idle.toSeconds() < 1) {
            throw new UsageException("--idle takes a second or more, not " + given.value("idle").orElse(""));
        }
        try (Directory directory = Directory.create()) {
            Machine machine = Machine.here(directory.fileSystem());
            Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();
            ServicesResult result = new ServicesBench(services, idle, directory.path(), home, progress).run();
            return format.equals("json") ? result.json(machine) : result.text(machine);
        }
    }

    private static int services(String text) throws UsageException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw new UsageException("--services takes a number from 1 to " + MOST + ", not \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

}
