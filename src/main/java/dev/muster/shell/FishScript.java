package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.Completion.Kind;
import dev.muster.shell.Completion.Value;

/** The completion of fish. */
final class FishScript {

    private static final String BEGIN = """
            # Completes the commands of muster in fish. Made by: muster completion fish

            # Whether what is typed so far begins the command $argv[1], and $argv[2] words behind it, where that is given.
            function __muster_at
                set -l command ''
                set -l place 0
                set -l value 0
                for word in (commandline -opc)[2..-1]
                    if test $value = 1
                        set value 0
                    else if contains -- $word %s
                        set value 1
                    else if not string match -q -- '-*' $word
                        set -l longer (string trim -- "$command $word")
                        if contains -- $longer %s
                            set command $longer
                        else
                            set place (math $place + 1)
                        end
                    end
                end
                test "$command" = "$argv[1]"; and begin
                    test (count $argv) = 1; or test $place = "$argv[2]"
                end
            end

            complete -c muster -f
            """;

    private FishScript() {
    }

    static String of(List<CommandDescription> commands) {
        Map<String, Map<String, String>> words = Completion.words(commands);
        List<String> names = new ArrayList<>();
        words.forEach((before, next) -> next.keySet().forEach((word) -> names.add((before + " " + word).strip())));
        StringBuilder script = new StringBuilder(BEGIN.formatted(String.join(" ", Completion.valued(commands)),
                names.stream().map(FishScript::quoted).collect(Collectors.joining(" "))));
        words.forEach((before, next) -> next.forEach(
                (word, description) -> line(script, before, "", "-a " + quoted(word) + " -d " + quoted(description))));
        for (CommandDescription command : commands) {
            for (OptionDescription option : command.allOptions()) {
                String letter = (option.letter() != '\0') ? " -s " + option.letter() : "";
                String value = Value.of(option).map((kind) -> " -r" + completed(kind)).orElse("");
                line(script, command.name(), "",
                        "-l " + option.name() + letter + value + " -d " + quoted(option.description()));
            }
            int place = 0;
            for (Positional positional : command.positionals()) {
                Value value = Value.of(positional.name());
                if (value.kind() != Kind.OTHER) {
                    line(script, command.name(), " " + place, completed(value).strip());
                }
                place++;
            }
        }
        return script.toString();
    }

    private static void line(StringBuilder script, String command, String place, String rest) {
        script.append("complete -c muster -n ")
            .append(quoted("__muster_at " + "\"" + command + "\"" + place))
            .append(' ')
            .append(rest)
            .append('\n');
    }

    private static String completed(Value value) {
        return switch (value.kind()) {
            case WORDS -> " -f -a " + quoted(String.join(" ", value.words()));
            case FILE -> " -F";
            case DIRECTORY -> " -f -a '(__fish_complete_directories)'";
            case OTHER -> " -f";
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

}
