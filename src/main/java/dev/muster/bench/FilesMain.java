package dev.muster.bench;

import java.io.PrintStream;
import java.util.List;

import dev.muster.shell.Arguments;
import dev.muster.shell.ArgvParser;
import dev.muster.shell.Programs;
import dev.muster.shell.UsageException;

/** {@code muster bench files}: how long a file takes until all members have it. */
public final class FilesMain {

    private static final int LARGEST_MIB = 64;

    private FilesMain() {
    }

    /**
     * Measures, prints, and ends the JVM.
     * @param words those behind the name of the command
     */
    public static void main(String[] words) {
        BenchProgram.run(FilesMain::measure, words);
    }

    private static String measure(List<String> words, PrintStream progress)
            throws UsageException, BenchFailure, InterruptedException {
        Arguments given = ArgvParser.parse(Programs.BENCH_FILES, words);
        String format = given.value("format").orElse("text");
        if (!List.of("text", "json").contains(format)) {
            throw new UsageException("--format is one of text, json, not \"" + format + "\"");
        }
        int members = number("members", given.value("members").orElse("10"), 2, Loopback.MOST);
        int size = number("size", given.value("size").orElse("64"), 1, LARGEST_MIB);
        int files = number("files", given.value("files").orElse("3"), 1, 100);
        try (Directory directory = Directory.create()) {
            Machine machine = Machine.here(directory.fileSystem());
            FilesResult result = new FilesBench(members, size, files, progress).run(directory.path());
            return format.equals("json") ? result.json(machine) : result.text(machine);
        }
    }

    private static int number(String option, String text, int least, int most) throws UsageException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new UsageException(
                    "--" + option + " takes a number from " + least + " to " + most + ", not \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

}
