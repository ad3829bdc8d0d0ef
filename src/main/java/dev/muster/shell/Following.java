package dev.muster.shell;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Follows a change that a node has taken: tells what the members of its group make of it,
 * and ends with the exit code that says how it went. For every command that makes a
 * revision.
 */
final class Following {

    /** Of every command that follows what it has changed. */
    static final OptionDescription[] OPTIONS = {
            OptionDescription.flag("wait", "Return when every member runs with it"),
            OptionDescription.value("timeout", "TIME", "How long to wait").standard("10; 5m with --wait"),
            OptionDescription.flag("ignore-away", "Members that are away do not count with --wait") };

    private static final Duration SLICE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** How long to stay once it is received, to tell what the members do with it. */
    private static final Duration ACTING = Duration.ofSeconds(2);

    private final Session session;

    private final ControlClient client;

    private final String group;

    private final boolean wait;

    private final boolean ignoreAway;

    private final boolean json;

    private final Duration timeout;

    private final Console console;

    private final Map<String, MemberReport> told = new LinkedHashMap<>();

    /**
     * @param arguments with {@link #OPTIONS} in them, as far as they were given
     */
    Following(Session session, ControlClient client, String group, Arguments arguments, Console console)
            throws UsageException {
        this.session = session;
        this.client = client;
        this.group = group;
        this.wait = arguments.has("wait");
        this.ignoreAway = arguments.has("ignore-away");
        this.json = Output.isJson(arguments);
        this.timeout = arguments.duration("timeout").orElse(this.wait ? Duration.ofMinutes(5) : Duration.ofSeconds(10));
        this.console = console;
    }

    /**
     * From the node's answer on, until the change is where it was asked to be.
     * @param revision what the node said when it took the change
     * @return 0 when it is there
     * @throws CommandFailure when it is not, with the exit code that says why
     */
    int taken(Json revision) throws CommandFailure {
        String id = revision.text("id");
        String watch = "muster config status " + this.group + " " + id + this.client.target().option();
        this.session.stands("The change " + id + " of " + this.group + " stands and goes on; watch it with: " + watch);
        if (!this.json) {
            tellTaken(revision);
        }
        Watched watched = follow(id);
        boolean alone = revision.isTrue("oneCopyOnly");
        if (this.json) {
            Map<String, Object> all = revision.members();
            all.putAll(watched.revision().members());
            this.console.out().println(Json.write(all));
        }
        return conclude(watched, alone, this.group + " " + id, watch);
    }

    private void tellTaken(Json revision) {
        boolean already = revision.text("applied").equals("already");
        this.console.out()
            .println(this.group + " " + revision.text("id")
                    + (already ? " is applied already" : " accepted by " + revision.text("author")));
        List<Json> vanished = revision.get("vanished").elements();
        if (!vanished.isEmpty()) {
            this.console.err()
                .println("muster: no longer set by this: "
                        + vanished.stream().map((key) -> "" + key.value()).collect(Collectors.joining(", ")));
        }
        if (!revision.text("note").isEmpty()) {
            this.console.err().println("muster: " + revision.text("note"));
        }
    }

    private Watched follow(String id) throws CommandFailure {
        String path = ConfigCommands.path(this.group, id) + "?until=" + (this.wait ? "top" : "received");
        long end = System.nanoTime() + this.timeout.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            Duration slice = (left.compareTo(SLICE) < 0) ? left : SLICE;
            long asked = System.nanoTime();
            Json revision = this.client.get(path + "&timeout=" + slice.toMillis() + "ms", slice).body();
            List<MemberReport> members = MemberReport.of(revision);
            boolean complete = members.stream().allMatch(this::settled);
            Watched watched = new Watched(revision, complete);
            if (this.wait || !complete) {
                tell(members);
            }
            if (complete || watched.superseded() || System.nanoTime() >= end) {
                return (complete && !this.wait) ? acted(path, watched) : watched;
            }
            if (System.nanoTime() - asked < PAUSE.toNanos()) {
                Output.pause(PAUSE);
            }
        }
    }

    /**
     * Received by all, which is what was asked; what they make of it is worth a moment
     * more.
     */
    private Watched acted(String path, Watched received) throws CommandFailure {
        long end = System.nanoTime() + ACTING.toNanos();
        Watched watched = received;
        while (!watched.members().stream().allMatch(MemberReport::hasActed) && System.nanoTime() < end) {
            Output.pause(PAUSE);
            Watched next = new Watched(this.client.get(path + "&timeout=0", Duration.ZERO).body(), true);
            if (next.superseded()) {
                // It was everywhere before another one came, and that was the
                // question.
                break;
            }
            watched = next;
        }
        tell(watched.members());
        return watched;
    }

    private void tell(List<MemberReport> members) {
        if (this.json) {
            return;
        }
        List<MemberReport> changed = members.stream()
            .filter((member) -> !member.equals(this.told.get(member.id())))
            .toList();
        changed.forEach((member) -> this.told.put(member.id(), member));
        for (MemberReport member : changed) {
            this.console.out()
                .println("  " + member.name() + "  " + member.state()
                        + (member.pid().isEmpty() ? "" : "  pid " + member.pid())
                        + (member.reason().isEmpty() ? "" : "  " + member.reason()));
        }
    }

    private int conclude(Watched watched, boolean alone, String change, String watch) throws CommandFailure {
        List<MemberReport> members = watched.members();
        List<String> away = names(members, MemberReport::isAway);
        List<String> failed = names(members, MemberReport::hasFailed);
        if (watched.superseded()) {
            throw CommandFailure.of(6, "conflict",
                    change + " was superseded while this command waited: another change is current now");
        }
        if (this.wait && !failed.isEmpty()) {
            throw CommandFailure.of(1, "failed", change + " failed on " + String.join(", ", failed) + ": " + watch);
        }
        if (!watched.complete()) {
            throw CommandFailure.of(9, "timeout",
                    change + " is not everywhere after " + this.timeout.toMillis() / 1000.0 + " s (still open: "
                            + String.join(", ", names(members, (member) -> !settled(member)))
                            + "); it stands and goes on; watch it with: " + watch);
        }
        if (alone) {
            throw CommandFailure.of(8, "incomplete", change
                    + " has one copy only: no other member of the ring has confirmed it yet; watch it with: " + watch);
        }
        if (this.wait && members.isEmpty()) {
            throw CommandFailure.of(8, "incomplete", change + " is kept, and nobody runs that group");
        }
        if (!away.isEmpty()) {
            String waits = change + " waits for members that are away: " + String.join(", ", away);
            if (this.wait && !this.ignoreAway) {
                throw CommandFailure.of(8, "incomplete", waits);
            }
            this.console.err().println("muster: " + waits);
        }
        return 0;
    }

    private static List<String> names(List<MemberReport> members, Predicate<MemberReport> which) {
        return members.stream().filter(which).map(MemberReport::name).toList();
    }

    private boolean settled(MemberReport member) {
        return member.isAway() || (this.wait ? member.isDone() : member.received());
    }

    /**
     * How far a change has come.
     *
     * @param revision as the node said it last
     * @param complete whether every present member has come as far as was asked
     */
    private record Watched(Json revision, boolean complete) {

        List<MemberReport> members() {
            return MemberReport.of(this.revision);
        }

        boolean superseded() {
            return Boolean.FALSE.equals(this.revision.get("current").value());
        }

    }

}
