package dev.muster.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

import dev.muster.shell.Arguments;
import dev.muster.shell.ArgvParser;
import dev.muster.shell.Programs;
import dev.muster.shell.UsageException;

/** {@code muster bench groups}: what a large store costs. */
public final class GroupsMain {

    private static final int MOST = 100_000;

    private GroupsMain() {
    }

    /**
     * Measures, prints, and ends the JVM.
     * @param words those behind the name of the command
     */
    public static void main(String[] words) {
        BenchProgram.run(GroupsMain::measure, words);
    }

    private static String measure(List<String> words, PrintStream progress)
            throws UsageException, BenchFailure, InterruptedException {
        Arguments given = ArgvParser.parse(Programs.BENCH_GROUPS, words);
        String format = given.value("format").orElse("text");
        if (!List.of("text", "json").contains(format)) {
            throw new UsageException("--format is one of text, json, not \"" + format + "\"");
        }
        int groups = number("groups", given.value("groups").orElse("1000"));
        int applies = number("applies", given.value("applies").orElse("10000"));
        try (Directory directory = Directory.create()) {
            Machine machine = Machine.here(directory.fileSystem());
            Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();
            GroupsResult result = new GroupsBench(groups, applies, directory.path(), home, progress).run();
            return format.equals("json") ? result.json(machine) : result.text(machine);
        }
    }

    private static int number(String option, String text) throws UsageException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw new UsageException("--" + option + " takes a number from 1 to " + MOST + ", not \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

}
