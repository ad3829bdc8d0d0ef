package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.muster.config.DurationText;
import dev.muster.shell.ControlClient.Answer;
import dev.muster.store.AuditCheck;

/** Who did what: read it, and see that nobody has changed it. */
final class AuditCommands {

    private static final int INCOMPLETE = 8;

    /** So long other members may take to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Session session;

    AuditCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription list = CommandDescription.client("audit list", "Show who changed what, the newest first")
            .with(OptionDescription.value("since", "TIME", "Not older: 30m ago, or since 2026-01-31T12:00:00Z"),
                    OptionDescription.value("group", "GROUP", "Only what is about this group"),
                    OptionDescription.value("limit", "N", "Not more than so many").standard("100"),
                    OptionDescription.flag("all-members", "Ask all members, not only this node"))
            .text("Each node writes down what was done through it, and who was not let in. Exit 8 when a member has not\n"
                    + "answered.")
            .examples("muster audit list", "muster audit list --all-members --group redis.prod --since 60m");
        CommandDescription verify = CommandDescription
            .program("audit verify", "See whether the audit log of this host was changed")
            .with(LocalOptions.ROOT, LocalOptions.FORMAT)
            .text("Names the first line that does not fit the one before it, and lines missing at the end; exit 1 then. Who\n"
                    + "may write the directory and computes all hashes anew is found only by a number and hash that were kept\n"
                    + "elsewhere: keep what this prints.")
            .examples("muster audit verify");
        return List.of(new ShellCommand(list, this::list), new ShellCommand(verify, AuditCommands::verify));
    }

    private int list(Arguments arguments, Console console) throws CommandFailure, UsageException {
        List<String> query = new ArrayList<>();
        if (arguments.has("since")) {
            query.add("since=" + ControlClient.encode(since(arguments.value("since").orElseThrow()).toString()));
        }
        if (arguments.has("group")) {
            query.add("group=" + ControlClient.encode(Names.group(arguments.value("group").orElseThrow())));
        }
        arguments.value("limit").ifPresent((limit) -> query.add("limit=" + ControlClient.encode(limit)));
        if (arguments.has("all-members")) {
            query.add("all-members=true");
        }
        Answer answer = this.session.connect(arguments, console)
            .get("/audit" + (query.isEmpty() ? "" : "?" + String.join("&", query)), PATIENCE);
        boolean complete = true;
        for (Json member : answer.body().get("members").elements()) {
            if (!member.text("reason").isEmpty()) {
                complete = false;
                console.err()
                    .println("muster: nothing from " + member.text("name") + ": "
                            + MemberReport.line(member.text("reason")));
            }
        }
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
        }
        else {
            print(answer.body().get("entries").elements(), console);
        }
        return complete ? 0 : INCOMPLETE;
    }

    private static void print(List<Json> entries, Console console) {
        if (entries.isEmpty()) {
            console.err().println("muster: nothing was written down that fits");
            return;
        }
        TextTable table = new TextTable("time", "node", "who", "from", "what", "outcome");
        for (Json entry : entries) {
            String claimed = entry.text("claimed");
            table.row(entry.text("time"), MemberReport.line(entry.text("memberName")),
                    MemberReport.line((entry.text("who").isEmpty() ? "nobody" : entry.text("who"))
                            + (claimed.isEmpty() ? "" : " (" + claimed + ")")),
                    entry.text("from"), MemberReport.line(entry.text("what").isEmpty()
                            ? entry.text("method") + " " + entry.text("path") : entry.text("what")),
                    outcome(entry));
        }
        console.out().print(table.text(""));
    }

    private static String outcome(Json entry) {
        String more = entry.text("revision").isEmpty() ? entry.text("problem") : entry.text("revision");
        String count = entry.text("count");
        return (entry.text("status") + " " + more).strip()
                + ((count.isEmpty() || count.equals("1")) ? "" : " (" + count + " times)");
    }

    private static Instant since(String text) throws UsageException {
        try {
            return Instant.now().minus(DurationText.parse(text));
        }
        catch (IllegalArgumentException ex) {
            try {
                return Instant.parse(text);
            }
            catch (DateTimeException other) {
                throw new UsageException(
                        "--since takes a time like 30m (so long ago) or 2026-01-31T12:00:00Z, not \"" + text + "\"");
            }
        }
    }

    private static int verify(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Output.check(arguments);
        Path directory = Target.root(arguments).audit();
        AuditCheck.Verdict verdict;
        try {
            verdict = AuditCheck.of(directory);
        }
        catch (IOException ex) {
            throw CommandFailure.of(4, "forbidden", "The audit log in " + directory + " cannot be read: "
                    + ex.getMessage() + "; run this as the user whose node it is");
        }
        if (verdict.lines() == 0 && verdict.problem().isEmpty()) {
            throw CommandFailure.of(5, "not-found",
                    "There is no audit log in " + directory + "; a node that has run on this root has one");
        }
        if (Output.isJson(arguments)) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("directory", directory.toString());
            json.put("lines", verdict.lines());
            json.put("last", verdict.last());
            json.put("hash", verdict.hash());
            json.put("problem", verdict.problem().orElse(null));
            console.out().println(Json.write(json));
        }
        else {
            console.out()
                .println(verdict.lines() + " lines fit each other; the last of them has number " + verdict.last()
                        + " and hash " + verdict.hash());
            verdict.problem().ifPresent((problem) -> console.err().println("muster: " + problem));
        }
        return verdict.problem().isPresent() ? 1 : 0;
    }

}
