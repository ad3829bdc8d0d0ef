package dev.muster.shell;

import java.util.List;

import dev.muster.shell.ControlClient.Answer;

/** What can be asked about all groups of the ring. */
final class GroupCommands {

    private final Session session;

    GroupCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription list = CommandDescription.client("group list", "List the groups that the ring knows")
            .examples("muster group list", "muster group list --format json");
        return List.of(new ShellCommand(list, this::list), new GroupPolicy(this.session).command());
    }

    private int list(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Answer answer = this.session.connect(arguments, console).get("/groups");
        if (Output.isJson(arguments)) {
            console.out().println(answer.text().strip());
            return 0;
        }
        List<Json> groups = answer.body().elements();
        if (groups.isEmpty()) {
            console.err().println("muster: no group is known yet; svc load makes one");
            return 0;
        }
        TextTable table = new TextTable("group", "revision", "members", "present");
        for (Json group : groups) {
            table.row(group.text("group"), group.text("current").isEmpty() ? "-" : group.text("current"),
                    group.text("members"), group.text("present"));
        }
        console.out().print(table.text(""));
        return 0;
    }

}
