package dev.muster.shell;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Follows a change of a file that a node has taken, until every member that is present
 * has it in its place and its service was told, and ends with the exit code that says how
 * it went.
 */
final class FileFollowing {

    static final OptionDescription TIMEOUT = OptionDescription
        .value("timeout", "TIME", "How long to wait for the members")
        .standard("1m");

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Session session;

    private final ControlClient client;

    private final String group;

    private final String name;

    private final Duration timeout;

    private final boolean json;

    private final Console console;

    private final Map<String, String> told = new LinkedHashMap<>();

    FileFollowing(Session session, ControlClient client, String group, String name, Arguments arguments,
            Console console) throws UsageException {
        this.session = session;
        this.client = client;
        this.group = group;
        this.name = name;
        this.timeout = arguments.duration("timeout").orElse(Duration.ofMinutes(1));
        this.json = Output.isJson(arguments);
        this.console = console;
    }

    /**
     * From the node's answer on.
     * @param done what the node has taken: {@code uploaded} or {@code removed}
     * @return 0 when all members that are present are done
     * @throws CommandFailure when they are not, with the exit code that says why
     */
    int taken(Json revision, String done) throws CommandFailure {
        String id = revision.text("id");
        String watch = "muster file list " + this.group + this.client.target().option();
        String change = this.group + " " + this.name + " " + id;
        this.session.stands("The change " + change + " stands and goes on; watch it with: " + watch);
        if (!this.json) {
            boolean already = revision.text("applied").equals("already");
            this.console.out()
                .println(change + (already ? " holds already" : " " + done + " by " + revision.text("author")));
            if (!revision.text("note").isEmpty()) {
                this.console.err().println("muster: " + revision.text("note"));
            }
        }
        Json file = follow(id);
        if (this.json) {
            Map<String, Object> all = revision.members();
            all.put("members", file.members().getOrDefault("members", List.of()));
            this.console.out().println(Json.write(all));
        }
        if (!file.text("id").equals(id)) {
            throw CommandFailure.of(6, "conflict",
                    change + " was superseded while this command waited: " + file.text("id") + " is current now");
        }
        return conclude(members(file), revision.isTrue("oneCopyOnly"), change, watch);
    }

    private int conclude(List<Member> members, boolean alone, String change, String watch) throws CommandFailure {
        List<String> open = names(members, (member) -> !member.isAway() && !member.isInPlace());
        List<String> failed = names(members, (member) -> !member.isAway() && !member.problem.isEmpty());
        if (!failed.isEmpty()) {
            throw CommandFailure.of(1, "failed",
                    change + " stands, and something is wrong on " + String.join(", ", failed) + ": "
                            + members.stream()
                                .map((member) -> member.problem)
                                .filter((problem) -> !problem.isEmpty())
                                .distinct()
                                .collect(Collectors.joining("; ")));
        }
        if (!open.isEmpty()) {
            throw CommandFailure.of(9, "timeout",
                    change + " is not everywhere after " + this.timeout.toMillis() / 1000.0 + " s (still open: "
                            + String.join(", ", open) + "); it stands and goes on; watch it with: " + watch);
        }
        if (alone) {
            throw CommandFailure.of(8, "incomplete", change
                    + " has one copy only: no other member of the ring has confirmed it yet; watch it with: " + watch);
        }
        List<String> away = names(members, Member::isAway);
        if (!away.isEmpty()) {
            this.console.err()
                .println("muster: " + change + " waits for members that are away: " + String.join(", ", away));
        }
        return 0;
    }

    private static List<String> names(List<Member> members, Predicate<Member> which) {
        return members.stream().filter(which).map((member) -> member.name).toList();
    }

    private Json follow(String id) throws CommandFailure {
        long end = System.nanoTime() + this.timeout.toNanos();
        String path = "/groups/" + ControlClient.encode(this.group) + "/files?name=" + ControlClient.encode(this.name);
        while (true) {
            List<Json> files = this.client.get(path).body().elements();
            Json file = files.isEmpty() ? new Json(null) : files.get(0);
            List<Member> members = members(file);
            tell(members);
            boolean over = members.stream()
                .allMatch((member) -> member.isAway() || member.isInPlace() || !member.problem.isEmpty());
            if (over || !file.text("id").equals(id) || System.nanoTime() >= end) {
                return file;
            }
            Output.pause(PAUSE);
        }
    }

    private void tell(List<Member> members) {
        for (Member member : members) {
            String line = "  " + member.name + "  " + member.state
                    + (member.problem.isEmpty() ? "" : "  " + member.problem);
            if (!line.equals(this.told.put(member.id, line)) && !this.json) {
                this.console.out().println(line);
            }
        }
    }

    /** How many members have it. */
    static String summary(Json file) {
        List<Member> members = members(file);
        long inPlace = members.stream().filter(Member::isInPlace).count();
        String problems = members.stream()
            .filter((member) -> !member.problem.isEmpty())
            .map((member) -> ", " + member.name + ": " + member.problem)
            .collect(Collectors.joining());
        return inPlace + " of " + members.size() + problems;
    }

    private static List<Member> members(Json file) {
        return file.get("members")
            .elements()
            .stream()
            .map((member) -> new Member(member.text("id"),
                    member.text("name").isEmpty() ? member.text("id") : member.text("name"), member.text("state"),
                    member.text("problem")))
            .toList();
    }

    /** How far one member is. */
    private record Member(String id, String name, String state, String problem) {

        boolean isAway() {
            return this.state.equals("away");
        }

        boolean isInPlace() {
            return this.state.equals("in-place");
        }

    }

}
