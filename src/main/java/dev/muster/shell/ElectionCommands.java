package dev.muster.shell;

import java.util.List;
import java.util.Map;

import dev.muster.shell.ControlClient.Answer;

/** Who leads a group, and what to do when its voters are lost. */
final class ElectionCommands {

    private final Session session;

    ElectionCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        return List.of(
                new ShellCommand(command("status", "Show who leads a group, in which term, and who votes")
                    .examples("muster election status redis.prod"), this::status),
                new ShellCommand(command("recover", "Name the voters of a group anew; unsafe")
                    .with(OptionDescription.value("voters", "NAME,NAME", "Members that are left, by name or id"))
                    .text("For a group that has lost a majority of its voters for good. A leader that is only cut off\n"
                            + "goes on until it meets the new ones: make sure that it is dead.")
                    .examples("muster election recover redis.prod --voters b,c"), this::recover));
    }

    private static CommandDescription command(String verb, String summary) {
        return CommandDescription.client("election " + verb, summary).takes(ConfigCommands.GROUP);
    }

    private static String path(String group) {
        return "/groups/" + ControlClient.encode(group) + "/election";
    }

    private int status(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        return print(this.session.connect(arguments, console).get(path(group)), arguments, console);
    }

    private int recover(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        String voters = arguments.value("voters")
            .orElseThrow(() -> new UsageException("election recover needs --voters, the members that are left"));
        ControlClient client = this.session.connect(arguments, console);
        return print(client.change("POST", path(group) + "/recover?voters=" + ControlClient.encode(voters),
                Requests.key(), Map.of(), new byte[0]), arguments, console);
    }

    private static int print(Answer answer, Arguments arguments, Console console) {
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        Json election = answer.body();
        Json leader = election.get("leader");
        console.out().println("group    " + election.text("group"));
        console.out()
            .println("status   " + election.text("status")
                    + (election.text("waiting").isEmpty() ? "" : ", waiting " + election.text("waiting")));
        console.out().println("leader   " + ((leader.value() != null) ? MemberReport.line(leader.text("name")) : "-"));
        console.out().println("term     " + election.text("term"));
        console.out().println("lineage  " + (election.text("lineage").isEmpty() ? "-" : election.text("lineage")));
        if (!election.text("warning").isEmpty()) {
            console.out().println("warning  " + election.text("warning"));
        }
        TextTable table = new TextTable("voter", "present", "id");
        election.get("voters")
            .elements()
            .forEach((voter) -> table.row(MemberReport.line(voter.text("name")), voter.isTrue("present") ? "yes" : "no",
                    voter.text("id")));
        console.out().println();
        console.out().print(table.text("  "));
        return 0;
    }

}
