package dev.muster.shell;

import java.util.List;
import java.util.Map;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** What can be asked about, and done to, the rollout of a group's current change. */
final class RolloutCommands {

    private static final OptionDescription AUTHOR = OptionDescription.value("author", "NAME", "Who does it")
        .standard("USER@HOST");

    private final Session session;

    RolloutCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        return List.of(new ShellCommand(command("status",
                "Show whose turn it is to take a change, and who waits for what")
            .text("The order is that of the plan, which was frozen when the change was accepted. done is said by a\n"
                    + "member alone and never taken back."),
                this::status),
                new ShellCommand(command("pause", "Let no other member start to take the change")
                    .with(OptionDescription.value("message", "TEXT", "Why; shown with the rollout").letter('m'), AUTHOR)
                    .examples("muster rollout pause redis.prod -m 'wait for the backup'"), this::pause),
                new ShellCommand(
                        command("resume", "Go on with a rollout that is paused").with(AUTHOR)
                            .text("Members that have failed by now are no reason to pause again."),
                        (arguments, console) -> steer("resume", "", arguments, console)),
                new ShellCommand(command("promote", "Let the members behind the canaries take the change").with(AUTHOR),
                        (arguments, console) -> steer("promote", "", arguments, console)),
                new ShellCommand(command("skip", "Wait for a member no longer")
                    .takes(ConfigCommands.GROUP, new Positional("MEMBER", "its name or id", true))
                    .with(AUTHOR)
                    .text("Its own turn comes last. For one that is away, or hangs, and holds up the others.")
                    .examples("muster rollout skip redis.prod b"), this::skip),
                new ShellCommand(
                        command("abort", "Let no other member take this change, ever").with(AUTHOR)
                            .text("Members that have taken it keep it; config rollback takes it back."),
                        (arguments, console) -> steer("abort", "", arguments, console)));
    }

    private static CommandDescription command(String verb, String summary) {
        return CommandDescription.client("rollout " + verb, summary)
            .takes(ConfigCommands.GROUP)
            .examples("muster rollout " + verb + " redis.prod");
    }

    private static String path(String group) {
        return "/groups/" + ControlClient.encode(group) + "/rollout";
    }

    private int status(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        ControlClient client = this.session.connect(arguments, console);
        Answer answer = client.get(path(group));
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        Json rollout = answer.body();
        console.out().println("group       " + rollout.text("group"));
        console.out().println("revision    " + rollout.text("revision"));
        console.out().println("strategy    " + rollout.text("strategy") + ", " + rollout.text("way"));
        console.out().println("on failure  " + rollout.text("onFailure"));
        console.out()
            .println("state       " + RolloutReport.of(rollout).told() + " (" + rollout.text("done") + " of "
                    + rollout.text("members") + " done)");
        TextTable table = new TextTable("turn", "member", "state", "reason");
        rollout.get("places")
            .elements()
            .forEach((place) -> table.row(place.text("turn").isEmpty() ? "-" : place.text("turn"),
                    MemberReport.line(place.text("name")),
                    place.text("state") + (place.isTrue("skipped") ? " (skipped)" : ""),
                    MemberReport.line(place.text("reason"))));
        console.out().println();
        console.out().print(table.text("  "));
        RolloutReport.of(rollout).next(group + client.target().option()).forEach(console.out()::println);
        return 0;
    }

    private int pause(Arguments arguments, Console console) throws CommandFailure, UsageException {
        return steer("pause",
                arguments.value("message").map((text) -> "?reason=" + ControlClient.encode(text)).orElse(""), arguments,
                console);
    }

    private int skip(Arguments arguments, Console console) throws CommandFailure, UsageException {
        return steer("skip", "?member=" + ControlClient.encode(arguments.required(1)), arguments, console);
    }

    private int steer(String verb, String query, Arguments arguments, Console console)
            throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        String author = HandIn.author(arguments);
        ControlClient client = this.session.connect(arguments, console);
        Answer answer = client.change("POST", path(group) + "/" + verb + query, Requests.key(),
                Map.of("Muster-Author", author), new byte[0]);
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        console.out().println(group + " " + answer.body().text("revision"));
        RolloutReport.of(answer.body())
            .lines(group + client.target().option())
            .forEach((line) -> console.out().println("  " + line));
        return 0;
    }

}
