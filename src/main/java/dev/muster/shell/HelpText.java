package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code --help} prints, on every level. */
final class HelpText {

    private static final int WIDEST = 34;

    private static final String EXIT_CODES = """
            Exit codes:
                0  what was asked holds               7  invalid content, name or size
                1  tried and failed                   8  incomplete: members away, or not ready
                2  command line wrong or unsafe       9  --timeout over; the change goes on
                3  no node answers                   10  sup run: this member was departed
                4  denied: secret missing or wrong   11  outcome unknown: connection lost
                5  not found                        130  interrupted; the change stands
                6  conflict: number, revision, or already in use
            """;

    private HelpText() {
    }

    static String usage(CommandDescription command) {
        String positionals = command.positionals()
            .stream()
            .map((positional) -> " " + positional.shown())
            .collect(Collectors.joining());
        return "muster " + command.name() + positionals + " [OPTIONS]";
    }

    /** Help for one command. */
    static String of(CommandDescription command) {
        StringBuilder text = new StringBuilder();
        text.append(command.summary()).append("\n\nUsage: ").append(usage(command)).append('\n');
        if (!command.positionals().isEmpty()) {
            text.append("\nArguments:\n");
            command.positionals()
                .forEach((positional) -> row(text, "  " + positional.name(), positional.description(), ""));
        }
        options(text, "Options", command.client() ? command.options() : command.allOptions());
        if (command.client()) {
            List<OptionDescription> shared = new ArrayList<>(NodeOptions.ALL);
            shared.add(CommandDescription.HELP);
            options(text, "Options of every command", shared);
        }
        if (!command.text().isEmpty()) {
            text.append('\n').append(command.text().strip()).append('\n');
        }
        if (!command.examples().isEmpty()) {
            text.append("\nExamples:\n");
            command.examples().forEach((example) -> text.append("  ").append(example).append('\n'));
        }
        return text.append('\n').append(EXIT_CODES).toString();
    }

    private static void options(StringBuilder text, String title, List<OptionDescription> options) {
        if (options.isEmpty()) {
            return;
        }
        text.append('\n').append(title).append(":\n");
        for (OptionDescription option : options) {
            String letter = (option.letter() != '\0') ? "-" + option.letter() + ", " : "    ";
            String value = option.isFlag() ? "" : " " + option.value();
            String more = option.repeatable() ? " (may be repeated)" : "";
            row(text, "  " + letter + option.dashed() + value, option.description() + more, option.standard());
        }
    }

    private static void row(StringBuilder text, String left, String right, String standard) {
        text.append(left);
        if (left.length() >= WIDEST) {
            text.append('\n').append(" ".repeat(WIDEST));
        }
        else {
            text.append(" ".repeat(WIDEST - left.length()));
        }
        text.append(right).append(standard.isEmpty() ? "" : " [default: " + standard + "]").append('\n');
    }

    /** Help for all commands whose names begin with these words, or for all there are. */
    static String of(String prefix, List<CommandDescription> commands) {
        StringBuilder text = new StringBuilder();
        if (prefix.isEmpty()) {
            text.append("Muster runs services on many hosts, in groups that take a change with one command.\n");
        }
        text.append(prefix.isEmpty() ? "\n" : "")
            .append("Usage: muster ")
            .append(prefix.isEmpty() ? "" : prefix + " ")
            .append("COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n");
        commands.forEach((command) -> row(text, "  " + command.name(), command.summary(), ""));
        if (prefix.isEmpty()) {
            options(text, "Options of every command that asks a node", NodeOptions.ALL);
            text.append('\n').append(EXIT_CODES);
        }
        return text.append("\n\"muster ")
            .append(prefix.isEmpty() ? "COMMAND" : prefix + " COMMAND")
            .append(" --help\" says more about one.\n")
            .toString();
    }

}
