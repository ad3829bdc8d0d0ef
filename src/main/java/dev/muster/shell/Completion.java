package dev.muster.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

import dev.muster.shell.CommandDescription.Positional;

/** {@code completion}: scripts that let a shell complete what is typed behind muster. */
final class Completion {

    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    /** What help calls a file by. */
    private static final List<String> FILES = List.of("FILE", "PATH", "ARCHIVE");

    private final Shell shell;

    /**
     * @param shell whose commands are completed, when the script is asked for
     */
    Completion(Shell shell) {
        this.shell = shell;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .program("completion", "Print a script that completes commands in a shell")
            .takes(new Positional("bash|zsh|fish", "the shell that it is for", true))
            .text("""
                    bash, in ~/.bashrc:    source <(muster completion bash)
                    zsh, in ~/.zshrc:      source <(muster completion zsh)     (behind compinit)
                    fish, once:            muster completion fish > ~/.config/fish/completions/muster.fish
                    For all users, once:   muster completion bash > /etc/bash_completion.d/muster
                    The script asks no node. Print it again after an upgrade.""")
            .examples("source <(muster completion bash)",
                    "muster completion fish > ~/.config/fish/completions/muster.fish");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws UsageException {
        String wanted = arguments.required(0);
        if (!SHELLS.contains(wanted)) {
            throw new UsageException(
                    "There is a script for " + String.join(", ", SHELLS) + ", none for \"" + wanted + "\"");
        }
        List<CommandDescription> commands = this.shell.descriptions();
        console.out().print(switch (wanted) {
            case "bash" -> BashScript.of(commands);
            case "zsh" -> ZshScript.of(commands);
            default -> FishScript.of(commands);
        });
        console.out().flush();
        return 0;
    }

    /**
     * The words that can follow these of a command's name, and what each is.
     * @return by what stands before them; what is whole already has none
     */
    static Map<String, Map<String, String>> words(List<CommandDescription> commands) {
        Map<String, Map<String, String>> following = new LinkedHashMap<>();
        following.computeIfAbsent("", (none) -> new LinkedHashMap<>());
        for (CommandDescription command : commands) {
            String before = "";
            String last = command.name().substring(command.name().lastIndexOf(' ') + 1);
            for (String word : command.name().split(" ")) {
                String longer = before.isEmpty() ? word : before + " " + word;
                Map<String, String> next = following.computeIfAbsent(before, (none) -> new LinkedHashMap<>());
                String known = next.get(word);
                boolean whole = longer.equals(command.name());
                next.put(word, whole ? command.summary() : (known == null) ? last : known + ", " + last);
                before = longer;
            }
        }
        return following;
    }

    /** All options, of whichever command, that a value follows. */
    static List<String> valued(List<CommandDescription> commands) {
        TreeSet<String> valued = new TreeSet<>();
        commands.forEach((command) -> command.allOptions()
            .stream()
            .filter((option) -> !option.isFlag())
            .forEach((option) -> valued.addAll(forms(option))));
        return new ArrayList<>(valued);
    }

    /**
     * What can stand where a value is wanted, by the place: the command and behind it the
     * option as it can be typed, or the number of the word.
     */
    static Map<String, Value> values(List<CommandDescription> commands) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (CommandDescription command : commands) {
            command.allOptions()
                .forEach((option) -> Value.of(option)
                    .ifPresent((value) -> forms(option)
                        .forEach((form) -> values.put(command.name() + " " + form, value))));
            int place = 0;
            for (Positional positional : command.positionals()) {
                values.put(command.name() + " " + place++, Value.of(positional.name()));
            }
        }
        return values;
    }

    /** How an option can be typed. */
    static List<String> forms(OptionDescription option) {
        return (option.letter() != '\0') ? List.of(option.dashed(), "-" + option.letter()) : List.of(option.dashed());
    }

    /**
     * What stands in the place of a value.
     *
     * @param kind of it
     * @param words where it is one of a few, else none
     */
    record Value(Kind kind, List<String> words) {

        /**
         * @param shown what help calls it
         */
        static Value of(String shown) {
            // What stands for something else is in capitals.
            if (shown.contains("|") && shown.equals(shown.toLowerCase(Locale.ROOT))) {
                return new Value(Kind.WORDS, List.of(shown.split("\\|")));
            }
            boolean file = FILES.stream().anyMatch(shown::contains);
            return new Value(file ? Kind.FILE : shown.endsWith("DIR") ? Kind.DIRECTORY : Kind.OTHER, List.of());
        }

        /** As scripts that know no more than words say it. */
        String text() {
            return switch (this.kind) {
                case WORDS -> "words " + String.join(" ", this.words);
                case FILE -> "file";
                case DIRECTORY -> "directory";
                case OTHER -> "other";
            };
        }

        static Optional<Value> of(OptionDescription option) {
            return option.isFlag() ? Optional.empty() : Optional.of(of(option.value()));
        }

    }

    /** What a shell can know of a value. */
    enum Kind {

        WORDS, FILE, DIRECTORY, OTHER

    }

}
