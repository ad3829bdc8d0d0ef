package dev.muster.shell;

import java.util.List;
import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** What can be asked about the configuration of a group. */
final class ConfigCommands {

    static final Positional GROUP = new Positional("GROUP", "the service group, SERVICE.GROUP", true);

    private final Session session;

    ConfigCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        Positional revision = new Positional("REVISION", "which one; the current one without it", false);
        return List.of(new ConfigApply(this.session).command(), new ShellCommand(CommandDescription
            .client("config show", "Show the configuration that a member of a group has")
            .takes(GROUP)
            .with(OptionDescription.flag("explain", "Say of each value which layer it is from"),
                    OptionDescription.value("member", "MEMBER", "Whose, by name or id")
                        .standard("that of the node that is asked"))
            .text("Layers, the weakest first: default.toml of the package, the environment's HAB_NAME, user.toml, what\n"
                    + "was applied. Some differ from member to member, so only a member itself knows its own: for\n"
                    + "another one, and for a group that the node does not run, the answer names whom to ask (exit 5).")
            .examples("muster config show redis.prod", "muster config show redis.prod --explain"), this::show),
                new ShellCommand(
                        CommandDescription.client("config status", "Show what every member made of a change")
                            .takes(GROUP, revision)
                            .examples("muster config status redis.prod", "muster config status redis.prod 7-3f9a1c02"),
                        this::status));
    }

    private int show(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        StringBuilder path = new StringBuilder("/groups/" + ControlClient.encode(group) + "/config");
        path.append("?explain=").append(arguments.has("explain"));
        arguments.value("member").ifPresent((member) -> path.append("&member=").append(ControlClient.encode(member)));
        ControlClient client = this.session.connect(arguments, console);
        if (Output.isJson(arguments)) {
            Output.json(client.get(path.toString()), console);
        }
        else {
            console.out().print(client.getToml(path.toString()));
        }
        return 0;
    }

    private int status(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        Optional<String> revision = arguments.positional(1);
        Answer answer = this.session.connect(arguments, console).get(path(group, revision.orElse("current")));
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        head(answer.body(), console);
        List<MemberReport> members = MemberReport.of(answer.body());
        console.out().println();
        console.out().print(members.isEmpty() ? "Nobody runs " + group + ".\n" : MemberReport.table(members));
        return 0;
    }

    static String path(String group, String revision) {
        return "/groups/" + ControlClient.encode(group) + "/revisions/" + ControlClient.encode(revision);
    }

    private static void head(Json revision, Console console) {
        line(console, "group", revision.text("group"));
        boolean replaced = Boolean.FALSE.equals(revision.get("current").value());
        line(console, "revision", revision.text("id") + (replaced ? " (not the current one)" : ""));
        line(console, "author", revision.text("author"));
        line(console, "time", revision.text("time"));
        line(console, "message", revision.text("message"));
        line(console, "hash", revision.text("hash"));
        line(console, "state", revision.text("state"));
    }

    private static void line(Console console, String title, String value) {
        if (!value.isEmpty()) {
            console.out().printf("%-9s %s%n", title, value);
        }
    }

}
