package dev.muster.shell;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.shell.core.InputReader;
import org.springframework.shell.core.command.Command;
import org.springframework.shell.core.command.CommandArgument;
import org.springframework.shell.core.command.CommandContext;
import org.springframework.shell.core.command.CommandOption;
import org.springframework.shell.core.command.CommandRegistry;
import org.springframework.shell.core.command.ExitStatus;
import org.springframework.shell.core.command.ParsedInput;

/** A command of Spring Shell's that knows all of its grammar, and what it does. */
final class ShellCommand implements Command {

    private final CommandDescription description;

    private final Action action;

    ShellCommand(CommandDescription description, Action action) {
        this.description = description;
        this.action = action;
    }

    CommandDescription description() {
        return this.description;
    }

    @Override
    public String getName() {
        return this.description.name();
    }

    @Override
    public String getDescription() {
        return this.description.summary();
    }

    @Override
    public String getHelp() {
        return HelpText.of(this.description);
    }

    @Override
    public List<CommandOption> getOptions() {
        return this.description.allOptions()
            .stream()
            .map((option) -> option(option.name(), option.letter(), ""))
            .toList();
    }

    private static CommandOption option(String name, char letter, String value) {
        return CommandOption.with().longName(name).shortName((letter != '\0') ? letter : ' ').value(value).build();
    }

    /** What Spring Shell passes on to {@link #execute}. */
    CommandContext context(Arguments arguments, CommandRegistry registry, Console console) {
        String[] words = getName().split(" ");
        ParsedInput.Builder input = ParsedInput.builder().commandName(words[0]);
        for (int word = 1; word < words.length; word++) {
            input.addSubCommand(words[word]);
        }
        arguments.options()
            .forEach((name, values) -> values.forEach((value) -> input.addOption(option(name, '\0', value))));
        int index = 0;
        for (String positional : arguments.positionals()) {
            input.addArgument(new CommandArgument(index++, positional));
        }
        return new CommandContext(input.build(), registry, new PrintWriter(console.out(), true),
                new Connected(console));
    }

    @Override
    public ExitStatus execute(CommandContext context) throws CommandFailure, UsageException, IOException {
        Map<String, List<String>> options = new LinkedHashMap<>();
        for (CommandOption option : context.parsedInput().options()) {
            options.computeIfAbsent(option.longName(), (name) -> new ArrayList<>()).add(option.value());
        }
        List<String> positionals = context.parsedInput().arguments().stream().map(CommandArgument::value).toList();
        Console console = ((Connected) context.inputReader()).console();
        int code = this.action.run(new Arguments(options, positionals), console);
        return new ExitStatus(code, "");
    }

    /** What a command does; its result is its exit code. */
    @FunctionalInterface
    interface Action {

        int run(Arguments arguments, Console console) throws CommandFailure, UsageException, IOException;

    }

    /** Hands a command what it is connected to. */
    private record Connected(Console console) implements InputReader {

    }

}
