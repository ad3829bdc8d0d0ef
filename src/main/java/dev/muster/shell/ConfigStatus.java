package dev.muster.shell;

import java.util.List;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/**
 * {@code config status}: what the members of a group made of a change, and make of it.
 */
final class ConfigStatus {

    private final Session session;

    ConfigStatus(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("config status", "Show what every member made of a change")
            .takes(ConfigCommands.GROUP, new Positional("REVISION", "which one; the current one without it", false))
            .with(OptionDescription.flag("watch",
                    "Go on until every member is at the top, as config apply --wait does"),
                    OptionDescription.value("timeout", "TIME", "How long to watch").standard("as long as it takes"),
                    OptionDescription.flag("ignore-away", "Members that are away do not count with --watch"))
            .text("Upwards, a member is received, rendered, then unchanged, reconfigured or restarted, and healthy at the top;\n"
                    + "stopped is the top of one that is to be down. waiting and failed come with the reason, away are those that\n"
                    + "are not present. With --watch it ends like config apply --wait: 0 when all are at the top, 8 when some are\n"
                    + "away, 1 when one has failed, 6 when the change was superseded or is lost, 9 when the time is up.")
            .examples("muster config status redis.prod", "muster config status redis.prod 7-3f9a1c02 --watch");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        boolean watch = arguments.has("watch");
        for (String option : List.of("timeout", "ignore-away")) {
            if (arguments.has(option) && !watch) {
                throw new UsageException("--" + option + " says how to watch: add --watch");
            }
        }
        ControlClient client = this.session.connect(arguments, console);
        Following following = Following.watching(this.session, client, group, arguments, console);
        Answer answer = client.get(ConfigCommands.path(group, arguments.positional(1).orElse("current")));
        Json revision = answer.body();
        if (Output.isJson(arguments)) {
            if (watch) {
                return following.watch(revision.text("id"));
            }
            Output.json(answer, console);
            return 0;
        }
        head(revision, console);
        if (!watch) {
            List<MemberReport> members = MemberReport.of(revision);
            console.out().println();
            console.out().print(members.isEmpty() ? "Nobody runs " + group + ".\n" : MemberReport.table(members));
        }
        lost(group, revision, client.target().option(), console);
        if (watch) {
            console.out().println();
            return following.watch(revision.text("id"));
        }
        return 0;
    }

    private static void head(Json revision, Console console) {
        line(console, "group", revision.text("group"));
        boolean replaced = Boolean.FALSE.equals(revision.get("current").value());
        line(console, "revision", revision.text("id") + (replaced ? " (not the current one)" : ""));
        line(console, "author", author(revision));
        line(console, "time", revision.text("time"));
        line(console, "message", revision.text("message"));
        line(console, "hash", revision.text("hash"));
        line(console, "package", revision.text("release"));
        line(console, "content", Differences.encrypted(revision, ""));
        line(console, "state", revision.text("state"));
        Json rollout = revision.get("rollout");
        line(console, "rollout",
                (rollout.value() == null) ? "" : rollout.text("strategy") + ": " + RolloutReport.of(rollout).told()
                        + " (" + rollout.text("done") + " of " + rollout.text("members") + " done)");
        Json back = revision.get("rolledBack");
        line(console, "back", (back.value() == null) ? "" : "rolled back by " + back.text("id") + " to "
                + (back.text("to").isEmpty() ? "an empty configuration" : "what " + back.text("to") + " had"));
        Json holds = revision.get("holds");
        line(console, "current", holds.text("id").isEmpty() ? ""
                : holds.text("id") + " by " + author(holds) + " of " + holds.text("time"));
    }

    /** What failed is taken back by Muster itself. */
    private static String author(Json revision) {
        return revision.text("author").isEmpty() ? "Muster itself" : revision.text("author");
    }

    private static void line(Console console, String title, String value) {
        if (!value.isEmpty()) {
            console.out().printf("%-9s %s%n", title, value);
        }
    }

    /** Somebody's work that is in force nowhere, and that nobody may know of yet. */
    private static void lost(String group, Json revision, String option, Console console) {
        List<Json> lost = revision.get("lost").elements();
        if (lost.isEmpty()) {
            return;
        }
        console.out().println();
        console.out().println("Lost, because another change that was made without them has won:");
        TextTable table = new TextTable("revision", "author", "time", "message");
        lost.forEach((one) -> table.row(one.text("id"), one.text("author"), one.text("time"), one.text("message")));
        console.out().print(table.text("  "));
        String first = group + " " + lost.get(0).text("id") + option;
        console.out().println("What one of them would change: muster config diff " + first);
        console.out().println("To bring it back: muster config rollback " + first);
    }

}
