package dev.muster.shell;

import java.util.List;
import java.util.Optional;

import dev.muster.shell.Completion.Value;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Completes the names of commands, the options of the one that is typed, and their values
 * where there are few.
 */
final class CommandCompleter implements Completer {

    private final List<CommandDescription> commands;

    CommandCompleter(List<CommandDescription> commands) {
        this.commands = List.copyOf(commands);
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        List<String> before = line.words().subList(0, line.wordIndex());
        CommandLine typed = CommandLine.of(before, this.commands);
        if (typed.command().isPresent()) {
            Optional<Value> value = typed.command()
                .get()
                .option(before.get(before.size() - 1))
                .flatMap((option) -> Value.of(option));
            if (value.isPresent()) {
                value.get().words().forEach((word) -> candidates.add(new Candidate(word)));
                return;
            }
            typed.command().get().allOptions().forEach((option) -> {
                if (option.repeatable() || !before.contains(option.dashed())) {
                    candidates.add(new Candidate(option.dashed(), option.dashed(), null, option.description(), null,
                            null, true));
                }
            });
            return;
        }
        int depth = typed.named().size();
        String prefix = String.join(" ", typed.named());
        for (CommandDescription command : this.commands) {
            String[] words = command.name().split(" ");
            if (depth == 0 || command.name().startsWith(prefix + " ")) {
                boolean last = words.length == depth + 1;
                candidates.add(new Candidate(words[depth], words[depth], null, last ? command.summary() : null, null,
                        null, true));
            }
        }
    }

}
