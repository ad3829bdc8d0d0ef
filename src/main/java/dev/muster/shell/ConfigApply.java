package dev.muster.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** {@code config apply}: hands a change in, then follows it. */
final class ConfigApply {

    static final int MAX_BYTES = 65_536;

    private static final long MAX_NUMBER = (1L << 53) - 1;

    private final Session session;

    ConfigApply(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("config apply", "Give all members of a group another configuration")
            .takes(ConfigCommands.GROUP, new Positional("N", "number of the change; the next one without it", false),
                    new Positional("FILE", "TOML; standard input without it, or for -", false))
            .with(Following.OPTIONS)
            .with(OptionDescription.value("if-revision", "REVISION", "Only if this one is current"),
                    OptionDescription.flag("replace-with-empty", "Take an empty input, and so all values back"),
                    OptionDescription.value("message", "TEXT", "Why; kept with the change").letter('m'),
                    OptionDescription.value("author", "NAME", "Who makes the change").standard("USER@HOST"),
                    OptionDescription.value("request-id", "ID",
                            "Name of this request: one that was made already is not made again"))
            .text("The configuration that was applied before is replaced whole. A second word of digits only is N, anything\n"
                    + "else is FILE; write ./7 for a file of that name. Interrupting it does not take a change back.")
            .examples("echo 'port = 2112' | muster config apply redis.prod 1",
                    "muster config apply redis.prod redis.toml",
                    "muster config apply redis.prod --wait -m 'more memory' < redis.toml");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        Optional<String> second = arguments.positional(1);
        boolean numbered = second.isPresent() && second.get().matches("\\d+");
        Optional<String> file = arguments.positional(numbered ? 2 : 1);
        if (!numbered && arguments.positionals().size() > 2) {
            throw new UsageException("\"" + arguments.positionals().get(1) + "\" stands where the number of the change"
                    + " does, and is none: muster config apply GROUP [N] [FILE]");
        }
        Optional<String> number = numbered ? second : Optional.empty();
        if (number.isPresent()) {
            checkNumber(number.get());
        }
        ControlClient client = this.session.connect(arguments, console);
        Following following = new Following(this.session, client, group, arguments, console);
        byte[] content = content(file, group, console);
        return following.taken(put(client, group, number, content, arguments).body());
    }

    private static void checkNumber(String number) throws CommandFailure {
        if (number.length() > 16 || Long.parseLong(number) < 1 || Long.parseLong(number) > MAX_NUMBER) {
            throw CommandFailure.of(7, "invalid-config", "A change has a number from 1 to " + MAX_NUMBER + ", not "
                    + number + ": leave it out to get the next");
        }
    }

    private static byte[] content(Optional<String> file, String group, Console console)
            throws CommandFailure, UsageException {
        boolean piped = file.isEmpty() || file.get().equals("-");
        if (piped && console.session()) {
            throw new UsageException(
                    "In the shell, config apply needs a FILE, or <<EOF and the TOML in the lines below");
        }
        if (piped && console.typed()) {
            console.err().println("muster: reading TOML for " + group + " from the terminal; end it with Ctrl-D");
        }
        String source = piped ? "standard input" : file.get();
        byte[] content;
        try (InputStream in = piped ? console.in() : Files.newInputStream(Path.of(source))) {
            content = in.readNBytes(MAX_BYTES + 1);
        }
        catch (NoSuchFileException ex) {
            throw CommandFailure.of(2, "bad-request",
                    "There is no file " + source + ": give one, or - for standard input");
        }
        catch (IOException ex) {
            throw CommandFailure.of(2, "bad-request", "Cannot read " + source + ": " + ex.getMessage());
        }
        if (content.length > MAX_BYTES) {
            throw CommandFailure.of(7, "too-large", "The configuration in " + source + " has more than " + MAX_BYTES
                    + " bytes, the most that a group takes: put large content into files");
        }
        return content;
    }

    private static Answer put(ControlClient client, String group, Optional<String> number, byte[] content,
            Arguments arguments) throws CommandFailure, UsageException {
        Map<String, String> query = new LinkedHashMap<>();
        number.ifPresent((value) -> query.put("number", value));
        arguments.value("message").ifPresent((value) -> query.put("message", ControlClient.encode(value)));
        if (arguments.has("replace-with-empty")) {
            query.put("replace-with-empty", "true");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/toml");
        headers.put("Muster-Author", author(arguments));
        arguments.value("if-revision").ifPresent((value) -> headers.put("If-Match", "\"" + value + "\""));
        String request = arguments.value("request-id").orElseGet(Requests::key);
        String path = "/groups/" + ControlClient.encode(group) + "/config" + (query.isEmpty() ? "" : "?")
                + query.entrySet()
                    .stream()
                    .map((part) -> part.getKey() + "=" + part.getValue())
                    .collect(Collectors.joining("&"));
        try {
            return client.change("PUT", path, request, headers, content);
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 11) {
                throw CommandFailure.of(11, "outcome-unknown", ex.getMessage() + "; the same command with --request-id "
                        + request + " does not make it twice");
            }
            throw ex;
        }
    }

    private static String author(Arguments arguments) throws UsageException {
        Optional<String> given = arguments.value("author");
        String author = given.orElseGet(() -> System.getProperty("user.name") + "@" + hostName());
        if (author.isEmpty() || author.length() > 128 || author.chars().anyMatch(Character::isISOControl)) {
            throw new UsageException("--author takes 1 to 128 printable characters, not \"" + author + "\"");
        }
        return author;
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.ISO_8859_1).strip();
        }
        catch (IOException ex) {
            return "localhost";
        }
    }

}
