package dev.muster.shell;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

import dev.muster.shell.ControlClient.Answer;
import dev.muster.store.RootLayout;

/** What can be asked of a node itself. */
final class SupervisorCommands {

    private static final Duration POLL = Duration.ofMillis(50);

    private final Session session;

    SupervisorCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription status = CommandDescription.client("sup status", "Show a node and the ring it sees")
            .with(OptionDescription.flag("ready", "Only say whether it is ready: exit 0, or 8 with what is missing"))
            .examples("muster sup status", "muster sup status --ready");
        CommandDescription term = CommandDescription
            .client("sup term", "Stop the node of a root directory, and its services, in order")
            .with(OptionDescription.value("timeout", "TIME", "How long to wait for its end").standard("5m"));
        return List.of(new ShellCommand(status, this::status), new ShellCommand(term, this::term));
    }

    private int status(Arguments arguments, Console console) throws CommandFailure, UsageException {
        ControlClient client = this.session.connect(arguments, console);
        Answer answer = client.get("/node");
        Json node = answer.body();
        List<String> missing = node.get("notReady").elements().stream().map((reason) -> "" + reason.value()).toList();
        if (arguments.has("ready")) {
            if (!node.isTrue("ready")) {
                throw CommandFailure.of(8, "not-ready", "The node " + node.text("name") + " is not ready: "
                        + (missing.isEmpty() ? "it does not say why" : String.join("; ", missing)));
            }
            console.out().println(Output.isJson(arguments) ? answer.text().strip() : "ready");
            return 0;
        }
        Json ring = client.get("/ring").body();
        if (Output.isJson(arguments)) {
            var all = node.members();
            all.put("members", ring.get("members").value());
            console.out().println(Json.write(all));
            return 0;
        }
        line(console, "name", node.text("name"));
        line(console, "member id", node.text("memberId"));
        line(console, "version", node.text("version"));
        line(console, "root", node.text("root"));
        line(console, "gossip", node.text("gossip"));
        line(console, "ctl-gateway", node.text("ctl"));
        line(console, "http-gateway", node.text("http"));
        line(console, "ready", node.isTrue("ready") ? "yes" : "no: " + String.join("; ", missing));
        List<Json> members = ring.get("members").elements();
        line(console, "ring",
                ring.text("ring") + ", " + members.size() + (members.size() == 1 ? " member" : " members"));
        if (members.size() == 1 && node.isTrue("peersGiven")) {
            console.err().println("muster: this node was given peers and sees none of them");
        }
        console.out().println();
        TextTable table = new TextTable("member", "name", "address", "incarnation", "");
        for (Json member : members) {
            table.row(member.text("id"), member.text("name"), member.text("address"), member.text("incarnation"),
                    member.isTrue("self") ? "(this node)" : "");
        }
        console.out().print(table.text(""));
        return 0;
    }

    private static void line(Console console, String title, String value) {
        console.out().printf("%-13s %s%n", title, value);
    }

    private int term(Arguments arguments, Console console) throws CommandFailure, UsageException, IOException {
        if (arguments.has(NodeOptions.REMOTE)) {
            throw new UsageException("sup term ends a node on this host: name it with --root, not with --remote-sup");
        }
        Duration timeout = arguments.duration("timeout").orElse(Duration.ofMinutes(5));
        RootLayout layout = Target.root(arguments);
        OptionalLong running = layout.runningNode();
        if (running.isEmpty()) {
            throw CommandFailure.of(3, "unreachable", "No node runs on the root directory " + layout.root());
        }
        long process = running.getAsLong();
        if (!ProcessHandle.of(process).map(ProcessHandle::destroy).orElse(false)) {
            throw CommandFailure.of(4, "forbidden", "Process " + process + ", the node of " + layout.root()
                    + ", cannot be stopped by user " + System.getProperty("user.name") + ": run this as its owner");
        }
        this.session.stands("The node was told to stop, and goes on stopping");
        long end = System.nanoTime() + timeout.toNanos();
        while (layout.runningNode().equals(running)) {
            if (System.nanoTime() > end) {
                throw CommandFailure.of(9, "timeout", "Process " + process + ", the node of " + layout.root()
                        + ", is stopping and not done after " + timeout.toSeconds() + " s; it goes on");
            }
            Output.pause(POLL);
        }
        console.out()
            .println(Output.isJson(arguments) ? "{\"stopped\":" + process + "}"
                    : "The node of " + layout.root() + " has stopped (process " + process + ")");
        return 0;
    }

}
