package dev.muster.shell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.muster.config.Nearest;

/**
 * A command line with the words that name its command told from the rest. Options may
 * stand before these words and between them.
 *
 * @param command which one; empty where the words name none
 * @param named the words that were taken for a name, also where they name none
 * @param rest all other words, in their order
 * @param stray where they name none, the first word that leads to none
 */
record CommandLine(Optional<CommandDescription> command, List<String> named, List<String> rest,
        Optional<String> stray) {

    static CommandLine of(List<String> words, List<CommandDescription> commands) {
        Set<String> valued = new HashSet<>();
        for (CommandDescription command : commands) {
            for (OptionDescription option : command.allOptions()) {
                if (!option.isFlag()) {
                    valued.add(option.dashed());
                    valued.add("-" + option.letter());
                }
            }
        }
        List<String> named = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        Optional<CommandDescription> found = Optional.empty();
        Optional<String> stray = Optional.empty();
        int at = 0;
        while (at < words.size() && found.isEmpty() && !words.get(at).equals("--")) {
            String word = words.get(at++);
            if (word.startsWith("-")) {
                rest.add(word);
                if (valued.contains(word) && at < words.size()) {
                    rest.add(words.get(at++));
                }
            }
            else if (isPrefix(named, word, commands)) {
                named.add(word);
                found = command(named, commands);
            }
            else {
                stray = Optional.of(words.get(--at));
                break;
            }
        }
        rest.addAll(words.subList(at, words.size()));
        return new CommandLine(found, named, rest, stray);
    }

    private static boolean isPrefix(List<String> named, String word, List<CommandDescription> commands) {
        String name = name(named, word);
        return commands.stream()
            .anyMatch((command) -> command.name().equals(name) || command.name().startsWith(name + " "));
    }

    private static Optional<CommandDescription> command(List<String> named, List<CommandDescription> commands) {
        String name = String.join(" ", named);
        return commands.stream().filter((command) -> command.name().equals(name)).findFirst();
    }

    private static String name(List<String> named, String word) {
        return named.isEmpty() ? word : String.join(" ", named) + " " + word;
    }

    boolean wantsHelp() {
        int end = this.rest.indexOf("--");
        List<String> options = (end < 0) ? this.rest : this.rest.subList(0, end);
        return options.contains("--help") || options.contains("-h");
    }

    /** Why these words name no command. */
    UsageException unknown(List<CommandDescription> commands) {
        String prefix = String.join(" ", this.named);
        if (this.stray.isEmpty()) {
            return new UsageException("muster " + prefix + " is not a whole command: \"muster " + prefix
                    + " --help\" lists what follows");
        }
        String typed = name(this.named, this.stray.get());
        Set<String> names = new TreeSet<>();
        for (CommandDescription command : commands) {
            String[] parts = command.name().split(" ");
            int length = Math.min(parts.length, this.named.size() + 1);
            names.add(String.join(" ", List.of(parts).subList(0, length)));
        }
        String hint = Nearest.to(typed, names)
            .map((nearest) -> "did you mean \"muster " + nearest + "\"?")
            .orElse("\"muster --help\" lists the commands");
        return new UsageException("There is no command \"muster " + typed + "\": " + hint);
    }

}
