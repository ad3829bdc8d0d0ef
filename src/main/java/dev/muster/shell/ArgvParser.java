package dev.muster.shell;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import dev.muster.config.Nearest;

/**
 * Takes the words behind a command's name apart: {@code --option value},
 * {@code --option=value}, options anywhere, {@code --} ends them, {@code -} is a word
 * like any other.
 */
public final class ArgvParser {

    private ArgvParser() {
    }

    /**
     * @param words without those that name the command
     * @throws UsageException when they are not what the command takes; {@code --help} is
     * taken whatever is missing beside it
     */
    public static Arguments parse(CommandDescription command, List<String> words) throws UsageException {
        Arguments.Builder found = new Arguments.Builder();
        Iterator<String> rest = words.iterator();
        boolean options = true;
        while (rest.hasNext()) {
            String word = rest.next();
            if (!options || word.equals("-") || !word.startsWith("-")) {
                found.positional(word);
            }
            else if (word.equals("--")) {
                options = false;
            }
            else {
                option(command, word, rest, found);
            }
        }
        Arguments arguments = found.build();
        if (!arguments.has(CommandDescription.HELP.name())) {
            count(command, arguments);
        }
        return arguments;
    }

    private static void option(CommandDescription command, String word, Iterator<String> rest, Arguments.Builder found)
            throws UsageException {
        int equals = word.indexOf('=');
        String name = (equals < 0) ? word : word.substring(0, equals);
        Optional<OptionDescription> known = command.option(name);
        if (known.isEmpty()) {
            throw unknown(command, name);
        }
        OptionDescription option = known.get();
        if (option.isFlag()) {
            if (equals >= 0) {
                throw new UsageException(name + " takes no value: leave \"" + word.substring(equals) + "\" out");
            }
            found.option(option, "true");
        }
        else if (equals >= 0) {
            found.option(option, word.substring(equals + 1));
        }
        else {
            found.option(option, valueOf(option, name, rest));
        }
    }

    private static String valueOf(OptionDescription option, String name, Iterator<String> rest) throws UsageException {
        if (!rest.hasNext()) {
            throw new UsageException(name + " needs a value: " + name + " " + option.value());
        }
        String value = rest.next();
        if (value.startsWith("-") && !value.equals("-")) {
            throw new UsageException(name + " needs a value, and \"" + value
                    + "\" looks like an option: if it is the value, write " + option.dashed() + "=" + value);
        }
        return value;
    }

    private static UsageException unknown(CommandDescription command, String name) {
        List<String> names = command.allOptions().stream().map(OptionDescription::dashed).toList();
        String hint = Nearest.to(name, names)
            .map((nearest) -> ": did you mean " + nearest + "?")
            .orElse(": \"muster " + command.name() + " --help\" lists what it takes");
        return new UsageException("muster " + command.name() + " has no option " + name + hint);
    }

    private static void count(CommandDescription command, Arguments arguments) throws UsageException {
        List<CommandDescription.Positional> positionals = command.positionals();
        int given = arguments.positionals().size();
        boolean many = !positionals.isEmpty() && positionals.get(positionals.size() - 1).many();
        if (given > positionals.size() && !many) {
            throw new UsageException("muster " + command.name() + " does not know what to do with \""
                    + arguments.positionals().get(positionals.size()) + "\": it takes "
                    + (positionals.isEmpty() ? "no arguments" : HelpText.usage(command)));
        }
        int blank = (int) arguments.positionals().stream().takeWhile((word) -> !word.isBlank()).count();
        if (blank < given) {
            // As from a variable of a script that is not set.
            CommandDescription.Positional empty = positionals.get(Math.min(blank, positionals.size() - 1));
            throw new UsageException("muster " + command.name() + " was given an empty " + empty.name() + ", "
                    + empty.description() + ": " + HelpText.usage(command));
        }
        if (given < positionals.size() && positionals.get(given).required()) {
            throw new UsageException("muster " + command.name() + " needs " + positionals.get(given).name() + ", "
                    + positionals.get(given).description() + ": " + HelpText.usage(command));
        }
    }

}
