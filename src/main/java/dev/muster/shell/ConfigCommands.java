package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;

import dev.muster.shell.CommandDescription.Positional;

/** What can be asked about the configuration of a group. */
final class ConfigCommands {

    static final Positional GROUP = new Positional("GROUP", "the service group, SERVICE.GROUP", true);

    private final Session session;

    ConfigCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        List<ShellCommand> commands = new ArrayList<>(own());
        commands.addAll(new ConfigChange(this.session).commands());
        commands.addAll(new ConfigHistory(this.session).commands());
        return commands;
    }

    private List<ShellCommand> own() {
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
                new ConfigStatus(this.session).command());
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

    static String path(String group, String revision) {
        return "/groups/" + ControlClient.encode(group) + "/revisions/" + ControlClient.encode(revision);
    }

}
