package dev.muster.shell;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jline.reader.impl.history.DefaultHistory;

/**
 * What was typed into the shell, for as long as the session lasts; written nowhere. It
 * keeps no secrets: what a command is given to read is not offered to it, and the values
 * of {@code config set}, any of which may be a password, are left out; so they are of
 * what is no command, which may have been meant for that one.
 */
final class SessionHistory extends DefaultHistory {

    private final List<CommandDescription> commands;

    SessionHistory(List<CommandDescription> commands) {
        this.commands = commands;
    }

    @Override
    public void add(Instant time, String line) {
        String kept = withoutValues(line, this.commands);
        if (!kept.isEmpty()) {
            super.add(time, kept);
        }
    }

    /** The line as it may be shown again; nothing where that cannot be told. */
    static String withoutValues(String line, List<CommandDescription> commands) {
        List<String> words;
        try {
            words = ShellLine.parse(line).words();
        }
        catch (UsageException ex) {
            return "";
        }
        Optional<CommandDescription> command = CommandLine.of(words, commands).command();
        if (command.filter((known) -> !known.name().equals(ConfigChange.SET)).isPresent()) {
            return line;
        }
        return words.stream()
            .map((word) -> (word.startsWith("-") || word.indexOf('=') < 0) ? word
                    : word.substring(0, word.indexOf('=') + 1))
            .map(SessionHistory::quoted)
            .collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[^\\s\"'\\\\#]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

}
