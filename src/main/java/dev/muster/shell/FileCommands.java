package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.muster.content.FileName;
import dev.muster.content.InvalidFileNameException;
import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** Files that all members of a group have: put there, shown, taken away. */
final class FileCommands {

    static final long MAX_BYTES = 64L << 20;

    private static final OptionDescription IF_REVISION = OptionDescription.value("if-revision", "REVISION",
            "Only if this one is current");

    private final Session session;

    FileCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription upload = CommandDescription
            .client("file upload", "Give all members of a group a file, or another one of that name")
            .takes(ConfigCommands.GROUP, new Positional("N", "number of the file; the next one without it", false),
                    new Positional("FILE", "what to upload, 64 MiB at most", false))
            .with(OptionDescription.value("name", "NAME", "What the file is called on the members")
                .standard("the last part of FILE"),
                    OptionDescription.value("mode", "MODE", "Its permissions in octal digits").standard("640"),
                    OptionDescription.value("owner", "USER", "Whose it is, where nodes run as root")
                        .standard("the user that the service runs as"),
                    IF_REVISION, HandIn.PLAN)
            .with(Encrypting.OPTIONS)
            .with(Following.OPTIONS)
            .with(HandIn.OPTIONS)
            .text("It lies in svc/SERVICE/files/NAME below the root of every member; then the package's hook file-updated runs.\n"
                    + "It makes a change of the group like config apply, which leaves the configuration as it is. A second\n"
                    + "word of digits only is N when a FILE follows it.")
            .examples("muster file upload redis.prod users.acl", "muster file upload redis.prod 7 ./ca.pem --mode 644",
                    "muster file upload redis.prod users.acl --strategy rolling --wait",
                    "muster file upload redis.prod@acme users.acl -u alice");
        CommandDescription list = CommandDescription.client("file list", "Show the files of a group")
            .takes(ConfigCommands.GROUP)
            .examples("muster file list redis.prod", "muster file list redis.prod --format json");
        CommandDescription remove = CommandDescription.client("file rm", "Take a file away from all members of a group")
            .takes(ConfigCommands.GROUP, new Positional("NAME", "what it is called there", true))
            .with(IF_REVISION, HandIn.PLAN)
            .with(Following.OPTIONS)
            .with(HandIn.OPTIONS)
            .examples("muster file rm redis.prod users.acl");
        return List.of(new ShellCommand(upload, this::upload), new ShellCommand(list, this::list),
                new ShellCommand(remove, this::remove));
    }

    private int upload(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        List<String> words = new ArrayList<>(arguments.positionals().subList(1, arguments.positionals().size()));
        Optional<String> number = Optional.empty();
        if (words.size() == 2) {
            number = Optional.of(words.remove(0));
            if (!number.get().matches("\\d+")) {
                throw new UsageException("\"" + number.get() + "\" stands where the number of the change does, and is"
                        + " none: muster file upload GROUP [N] FILE");
            }
        }
        if (words.isEmpty()) {
            throw new UsageException("FILE is missing: muster file upload GROUP [N] FILE");
        }
        Path file = Path.of(words.get(0));
        String name = name(arguments.value("name").orElseGet(() -> last(file)));
        check(file);
        Optional<Encrypting> encrypting = Encrypting.of(arguments, console, group,
                "muster file upload " + group + " " + file);
        ControlClient client = this.session.connect(arguments, console);
        HandIn change = new HandIn(client, arguments);
        number.ifPresent((value) -> change.with("number", value));
        arguments.value("mode").ifPresent((value) -> change.with("mode", value));
        arguments.value("owner").ifPresent((value) -> change.with("owner", value));
        if (encrypting.isEmpty()) {
            return upload(change, file, path(group, name), client, arguments, console);
        }
        change.with("encrypted", "true");
        try (Encrypting.SealedFile sealed = encrypting.get().file(file)) {
            return upload(change, sealed.path(), path(group, name), client, arguments, console);
        }
    }

    private int upload(HandIn change, Path content, String path, ControlClient client, Arguments arguments,
            Console console) throws CommandFailure, UsageException {
        // Whoever asked for one revision gets it on that one or not at all.
        Optional<String> only = arguments.value("if-revision");
        return new Redoing(this.session, client, Names.group(arguments.required(0)), change).run(
                only.isPresent(), () -> change.upload(path, only, content,
                        Upload.progress(console.err(), Console.isTerminal(2)), Duration.ofMinutes(5)),
                arguments, console);
    }

    private static String last(Path file) {
        return (file.getFileName() != null) ? file.getFileName().toString() : "";
    }

    /**
     * @throws CommandFailure when it cannot be sent
     */
    static void check(Path file) throws CommandFailure {
        try {
            if (!Files.isRegularFile(file)) {
                throw CommandFailure.of(2, "bad-request",
                        "There is no file " + file + ": give one that can be read; a group has no directories");
            }
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw CommandFailure.of(7, "too-large",
                        "The file " + file + " has " + size + " bytes; the most is " + MAX_BYTES);
            }
        }
        catch (IOException ex) {
            throw CommandFailure.of(2, "bad-request", "Cannot read " + file + ": " + ex);
        }
    }

    /**
     * @throws CommandFailure when no file of a group can be called so
     */
    static String name(String text) throws CommandFailure {
        try {
            return new FileName(text).text();
        }
        catch (InvalidFileNameException ex) {
            throw CommandFailure.of(7, "invalid-name", String.valueOf(ex.getMessage()));
        }
    }

    static String path(String group, String name) {
        return "/groups/" + ControlClient.encode(group) + "/files/" + ControlClient.encode(name);
    }

    private int list(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        Answer answer = this.session.connect(arguments, console)
            .get("/groups/" + ControlClient.encode(group) + "/files");
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        List<Json> files = answer.body().elements();
        if (files.isEmpty()) {
            console.out().println("The group " + group + " has no files.");
            return 0;
        }
        TextTable table = new TextTable("file", "number", "bytes", "mode", "owner", "author", "time", "members");
        for (Json file : files) {
            table.row(file.text("name"), file.text("number"), file.text("size"), file.text("mode"),
                    file.text("owner").isEmpty() ? "-" : file.text("owner"),
                    file.text("author").isEmpty() ? "-" : file.text("author"), file.text("time"),
                    summary(file) + Differences.encrypted(file, "; "));
        }
        console.out().print(table.text(""));
        return 0;
    }

    /** How many members have it, and what is with the others. */
    private static String summary(Json file) {
        List<Json> members = file.get("members").elements();
        long inPlace = members.stream().filter((member) -> member.text("state").equals("in-place")).count();
        String others = members.stream()
            .filter((member) -> !member.text("state").equals("in-place"))
            .map((member) -> ", " + member.text("name") + ": " + member.text("state")
                    + (member.text("reason").isEmpty() ? "" : " (" + MemberReport.line(member.text("reason")) + ")"))
            .collect(Collectors.joining());
        return inPlace + " of " + members.size() + others;
    }

    private int remove(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        String name = name(arguments.required(1));
        ControlClient client = this.session.connect(arguments, console);
        HandIn change = new HandIn(client, arguments);
        Optional<String> only = arguments.value("if-revision");
        return new Redoing(this.session, client, group, change).run(only.isPresent(),
                () -> change.send("DELETE", path(group, name), "application/octet-stream", only, new byte[0]),
                arguments, console);
    }

}
