package dev.muster.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.shell.ControlClient.Answer;

/** Who leads a group, and what to do when its voters are lost. */
final class ElectionCommands {

    private final Session session;

    ElectionCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        return List.of(
                new ShellCommand(CommandDescription
                    .client("election status", "Show who leads a group, in which term, and who votes")
                    .takes(new CommandDescription.Positional("GROUP", "one group; all that elect a leader without it",
                            false))
                    .examples("muster election status redis.prod", "muster election status"), this::status),
                new ShellCommand(CommandDescription
                    .client("election recover", "Name the voters of a group anew; unsafe")
                    .takes(ConfigCommands.GROUP)
                    .with(OptionDescription.value("voters", "NAME,NAME", "Members that are left, by name or id"))
                    .text("For a group that has lost a majority of its voters for good. A leader that is only cut off\n"
                            + "goes on until it meets the new ones: make sure that it is dead.")
                    .examples("muster election recover redis.prod --voters b,c"), this::recover));
    }

    private static String path(String group) {
        return "/groups/" + ControlClient.encode(group) + "/election";
    }

    private int status(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Optional<String> group = arguments.positional(0);
        if (group.isPresent()) {
            String path = path(Names.group(group.get()));
            return print(this.session.connect(arguments, console).get(path), arguments, console);
        }
        Answer answer = this.session.connect(arguments, console).get("/elections");
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        List<Json> elections = answer.body().elements();
        console.out()
            .print(elections.isEmpty() ? "No group elects a leader.\n" : ElectionReport.table(elections).text(""));
        ElectionReport.warn(elections, console);
        return 0;
    }

    private int recover(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        String voters = arguments.value("voters")
            .orElseThrow(() -> new UsageException("election recover needs --voters, the members that are left"));
        if (Arrays.stream(voters.split(",")).allMatch(String::isBlank)) {
            throw new UsageException("--voters names nobody: give the members that are left, as --voters b,c");
        }
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
        console.out().println("group    " + election.text("group"));
        console.out()
            .println("status   " + election.text("status")
                    + (election.text("waiting").isEmpty() ? "" : ", waiting " + election.text("waiting")));
        console.out().println("leader   " + ElectionReport.leader(election));
        console.out().println("term     " + election.text("term"));
        if (!election.text("lease").isEmpty()) {
            console.out().println("lease    " + election.text("lease") + " s");
        }
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
