package dev.muster.shell;

import java.util.List;

import dev.muster.shell.ControlClient.Answer;

/** What can be asked of a node itself. */
final class SupervisorCommands {

    private final Session session;

    SupervisorCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription status = CommandDescription.client("sup status", "Show a node and the ring it sees")
            .with(OptionDescription.flag("ready", "Only say whether it is ready: exit 0, or 8 with what is missing"))
            .examples("muster sup status", "muster sup status --ready");
        return List.of(new ShellCommand(status, this::status), new SupervisorEnd(this.session).command(),
                new SupervisorRestart(this.session).command());
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
        Json elections = client.get("/elections").body();
        if (Output.isJson(arguments)) {
            var all = node.members();
            all.put("elections", elections.value());
            for (String part : List.of("members", "away", "departed")) {
                all.put(part, ring.get(part).value());
            }
            console.out().println(Json.write(all));
            return 0;
        }
        line(console, "name", node.text("name"));
        line(console, "member id", node.text("memberId"));
        line(console, "version", node.text("version"));
        line(console, "process", node.text("pid"));
        line(console, "root", node.text("root"));
        line(console, "gossip", node.text("gossip"));
        line(console, "ctl-gateway", node.text("ctl"));
        line(console, "http-gateway", node.text("http"));
        line(console, "ready", node.isTrue("ready") ? "yes" : "no: " + String.join("; ", missing));
        String storage = node.text("storage");
        if (!storage.isEmpty() && !storage.equals("writable")) {
            line(console, "storage", "refuses changes: " + storage);
        }
        node.get("damaged").elements().forEach((damage) -> line(console, "damaged", "" + damage.value()));
        List<Json> members = ring.get("members").elements();
        line(console, "ring",
                ring.text("ring") + ", " + members.size() + (members.size() == 1 ? " member" : " members"));
        if (members.size() == 1 && node.isTrue("peersGiven")) {
            console.err().println("muster: this node was given peers and sees none of them");
        }
        for (Json peer : node.get("peers").elements()) {
            line(console, "peer", peer.text("peer") + ": " + peer.text("result") + ", from " + peer.text("from"));
        }
        console.out().println();
        TextTable table = new TextTable("member", "name", "address", "incarnation", "");
        for (Json member : members) {
            table.row(member.text("id"), member.text("name"), member.text("address"), member.text("incarnation"),
                    member.isTrue("self") ? "(this node)" : "");
        }
        console.out().print(table.text(""));
        away(console, ring.get("away").elements());
        elections(console, elections.elements());
        return 0;
    }

    /** Who is missed, and how to say that one is not. */
    private static void away(Console console, List<Json> members) {
        if (members.isEmpty()) {
            return;
        }
        console.out().println();
        TextTable table = new TextTable("away", "name", "address", "groups");
        for (Json member : members) {
            table.row(member.text("id"), member.text("name"), member.text("address"), String.join(", ",
                    member.get("groups").elements().stream().map((group) -> "" + group.value()).toList()));
        }
        console.out().print(table.text(""));
        console.err().println("muster: a member that will not come back is let go with 'muster sup forget ID'");
    }

    /** Who leads groups that have a leader. */
    private static void elections(Console console, List<Json> elections) {
        if (!elections.isEmpty()) {
            console.out().println();
            console.out().print(ElectionReport.table(elections).text(""));
            ElectionReport.warn(elections, console);
        }
    }

    private static void line(Console console, String title, String value) {
        console.out().printf("%-13s %s%n", title, value);
    }

}
