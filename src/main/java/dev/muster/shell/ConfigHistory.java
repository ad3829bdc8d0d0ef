package dev.muster.shell;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** {@code config history}, {@code diff} and {@code rollback}. */
final class ConfigHistory {

    private static final Positional REVISION = new Positional("REVISION",
            "which one; the one before the current without it", false);

    private final Session session;

    ConfigHistory(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        return List.of(new ShellCommand(CommandDescription.client("config history", "List the changes of a group")
            .takes(ConfigCommands.GROUP)
            .with(OptionDescription.value("limit", "N", "How many at most").standard("20"),
                    OptionDescription.value("before", "REVISION", "Only those before this one"))
            .text("The newest first; * marks the current one. A change is lost when another one was made on the same\n"
                    + "base and came out greater: it is kept, and can be rolled back to.")
            .examples("muster config history redis.prod"), this::history),
                new ShellCommand(
                        CommandDescription.client("config diff", "Show what a change changed")
                            .takes(ConfigCommands.GROUP,
                                    new Positional("REVISION", "which one; the current one without it", false))
                            .with(OptionDescription.value("to", "REVISION", "Compare with this one")
                                .standard("the one that REVISION was made on"))
                            .text("Without --to, what REVISION changed; with it, what leads from REVISION to that one.")
                            .examples("muster config diff redis.prod", "muster config diff redis.prod 5 --to 7"),
                        this::diff),
                new ShellCommand(CommandDescription
                    .client("config rollback", "Make an earlier change of a group hold again")
                    .takes(ConfigCommands.GROUP, REVISION)
                    .with(Following.OPTIONS)
                    .with(HandIn.OPTIONS)
                    .with(HandIn.CHECKED)
                    .with(OptionDescription.value("if-revision", "REVISION", "Only if this one is current"))
                    .text("Makes a new change with the content of REVISION; without it, of the one that the current one was\n"
                            + "made on. It is followed like any other.")
                    .examples("muster config rollback redis.prod --wait", "muster config rollback redis.prod 5"),
                        this::rollback));
    }

    private int history(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        StringBuilder path = new StringBuilder("/groups/" + ControlClient.encode(group) + "/revisions?limit=");
        path.append(limit(arguments));
        arguments.value("before").ifPresent((before) -> path.append("&before=").append(ControlClient.encode(before)));
        Answer answer = this.session.connect(arguments, console).get(path.toString());
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        List<Json> revisions = answer.body().get("revisions").elements();
        if (revisions.isEmpty()) {
            console.err()
                .println(
                        "muster: " + group + " has no change " + (arguments.has("before") ? "before that one" : "yet"));
            return 0;
        }
        TextTable table = new TextTable("", "revision", "time", "author", "size", "message");
        revisions.forEach((revision) -> table.row(revision.isTrue("current") ? "*" : "", revision.text("id"),
                revision.text("time"), revision.text("author").isEmpty() ? "-" : revision.text("author"),
                revision.text("size").isEmpty() ? "-" : revision.text("size"),
                (revision.isTrue("lost") ? "(lost) " : "") + what(revision)));
        console.out().print(table.text(""));
        if (answer.body().isTrue("more")) {
            console.err()
                .println("muster: there are earlier ones: --before " + revisions.get(revisions.size() - 1).text("id"));
        }
        return 0;
    }

    /** Package and files that it changed, and why. */
    private static String what(Json revision) {
        String files = revision.get("files")
            .elements()
            .stream()
            .map(Differences::fileNumbers)
            .collect(Collectors.joining(", "));
        String release = Differences.release(revision.get("releaseChange"));
        files = release + ((release.isEmpty() || files.isEmpty()) ? "" : ", ") + files;
        String message = revision.text("message");
        return files + ((files.isEmpty() || message.isEmpty()) ? "" : ": ") + message
                + Differences.encrypted(revision, (files.isEmpty() && message.isEmpty()) ? "" : "; ");
    }

    private static int limit(Arguments arguments) throws UsageException {
        String limit = arguments.value("limit").orElse("20");
        if (!limit.matches("[1-9]\\d{0,3}")) {
            throw new UsageException("--limit takes a number from 1 to 9999, not \"" + limit + "\"");
        }
        return Integer.parseInt(limit);
    }

    private int diff(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        String path = ConfigCommands.path(group, arguments.positional(1).orElse("current")) + "/diff"
                + arguments.value("to").map((to) -> "?to=" + ControlClient.encode(to)).orElse("");
        Answer answer = this.session.connect(arguments, console).get(path);
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        Differences.print(answer.body(), console);
        return 0;
    }

    private int rollback(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        ControlClient client = this.session.connect(arguments, console);
        Following following = new Following(this.session, client, group, arguments, console);
        HandIn hand = new HandIn(client, arguments);
        Optional<String> expected = arguments.value("if-revision");
        Optional<String> revision = arguments.positional(1);
        if (revision.isEmpty()) {
            Json current = client.get(ConfigCommands.path(group, "current") + "/diff").body();
            String base = current.get("from").text("id");
            if (base.isEmpty()) {
                throw CommandFailure.of(5, "not-found",
                        "The current change of " + group + ", " + current.get("to").text("id")
                                + ", was made on none that is still kept: name one from muster config history "
                                + group);
            }
            revision = Optional.of(base);
            // What is before the current one is another one as soon as somebody changes
            // it.
            expected = expected.or(() -> Optional.of(current.get("to").text("id")));
        }
        Answer answer = hand.send("POST", ConfigCommands.path(group, revision.get()) + "/rollback", "application/json",
                expected, new byte[0]);
        return hand.isPlan() ? PlanReport.print(answer, arguments, console) : following.taken(answer.body());
    }

}
