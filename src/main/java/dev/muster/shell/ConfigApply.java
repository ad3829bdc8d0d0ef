package dev.muster.shell;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** {@code config apply}: hands a change in, then follows it. */
final class ConfigApply {

    private static final long MAX_NUMBER = (1L << 53) - 1;

    private final Session session;

    ConfigApply(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("config apply", "Give all members of a group another configuration")
            .takes(ConfigCommands.GROUP, new Positional("N", "number of the change; the next one without it", false),
                    LayerInput.FILE)
            .with(Following.OPTIONS)
            .with(HandIn.OPTIONS)
            .with(HandIn.CHECKED)
            .with(Encrypting.OPTIONS)
            .with(OptionDescription.value("file", "NAME=PATH", "Also give the group this file; as often as wanted")
                .repeated(),
                    OptionDescription.value("remove-file", "NAME", "Also take this file away; as often as wanted")
                        .repeated())
            .with(OptionDescription.value("if-revision", "REVISION", "Only if this one is current"),
                    OptionDescription.flag("replace-with-empty", "Take an empty input, and so all values back"))
            .text("The configuration that was applied before is replaced whole. A second word of digits only is N, anything\n"
                    + "else is FILE; write ./7 for a file of that name. Interrupting it does not take a change back.")
            .examples("echo 'port = 2112' | muster config apply redis.prod 1",
                    "muster config apply redis.prod redis.toml",
                    "muster config apply redis.prod --wait -m 'more memory' < redis.toml",
                    "muster config apply redis.prod@acme redis.toml -u alice");
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
        Optional<Encrypting> encrypting = Encrypting.of(arguments, console, group,
                "muster config apply " + group + " FILE");
        if (encrypting.isPresent() && arguments.has("allow-unknown")) {
            throw new UsageException("--allow-unknown says nothing of what is encrypted: members hold it against the"
                    + " schema of their package, where that has one, and that says which keys it takes");
        }
        ControlClient client = this.session.connect(arguments, console);
        Following following = new Following(this.session, client, group, arguments, console);
        HandIn change = new HandIn(client, arguments);
        byte[] content = LayerInput.read("config apply", file, group, console);
        if (encrypting.isPresent()) {
            content = encrypting.get()
                .layer(content, file.orElse("standard input"), arguments.has("replace-with-empty"));
        }
        number.ifPresent((value) -> change.with("number", value));
        files(arguments, change, encrypting, console);
        if (arguments.has("replace-with-empty")) {
            change.with("replace-with-empty", "true");
        }
        Answer answer = change.send("PUT", "/groups/" + ControlClient.encode(group) + "/config",
                encrypting.isPresent() ? Encrypting.TYPE : "application/toml", arguments.value("if-revision"), content);
        return change.isPlan() ? PlanReport.print(answer, arguments, console) : following.taken(answer.body());
    }

    /** Contents first; the change then names them. */
    private static void files(Arguments arguments, HandIn change, Optional<Encrypting> encrypting, Console console)
            throws CommandFailure, UsageException {
        Map<String, Path> files = new LinkedHashMap<>();
        for (String given : arguments.values("file")) {
            int equals = given.indexOf('=');
            if (equals < 1 || equals == given.length() - 1) {
                throw new UsageException("--file takes NAME=PATH, as users.acl=./users.acl, not \"" + given + "\"");
            }
            String name = FileCommands.name(given.substring(0, equals));
            Path file = Path.of(given.substring(equals + 1));
            FileCommands.check(file);
            if (files.put(name, file) != null) {
                throw new UsageException("--file names " + name + " twice");
            }
        }
        for (String name : arguments.values("remove-file")) {
            change.withAlso("remove-file", FileCommands.name(name));
        }
        for (Map.Entry<String, Path> file : files.entrySet()) {
            if (encrypting.isEmpty()) {
                change.withAlso("file", file.getKey() + ":" + content(change, file.getValue(), console));
                continue;
            }
            try (Encrypting.SealedFile sealed = encrypting.get().file(file.getValue())) {
                change.withAlso("encrypted-file", file.getKey() + ":" + content(change, sealed.path(), console));
            }
        }
    }

    private static String content(HandIn change, Path file, Console console) throws CommandFailure {
        return change.content(file, Upload.progress(console.err(), Console.isTerminal(2)));
    }

    private static void checkNumber(String number) throws CommandFailure {
        if (number.length() > 16 || Long.parseLong(number) < 1 || Long.parseLong(number) > MAX_NUMBER) {
            throw CommandFailure.of(7, "invalid-config", "A change has a number from 1 to " + MAX_NUMBER + ", not "
                    + number + ": leave it out to get the next");
        }
    }

}
