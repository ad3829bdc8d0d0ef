package dev.muster.shell;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Follows a change that a node has taken: tells what the members of its group make of it,
 * and ends with the exit code that says how it went. For every command that makes a
 * revision, and for watching one.
 */
final class Following {

    /** Of every command that follows what it has changed. */
    static final OptionDescription[] OPTIONS = {
            OptionDescription.flag("wait", "Return when every member runs with it"),
            OptionDescription.value("timeout", "TIME", "How long to wait").standard("10; 5m with --wait"),
            OptionDescription.flag("ignore-away", "Members that are away do not count with --wait") };

    /** How long to stay once it is received, to tell what the members do with it. */
    private static final Duration ACTING = Duration.ofSeconds(2);

    private final Session session;

    private final ControlClient client;

    private final String group;

    private final boolean wait;

    private final boolean ignoreAway;

    private final Optional<Duration> patience;

    private final boolean json;

    private final Paint paint;

    private final Console console;

    /**
     * @param arguments with {@link #OPTIONS} in them, as far as they were given
     */
    Following(Session session, ControlClient client, String group, Arguments arguments, Console console)
            throws UsageException {
        this(session, client, group, arguments, console, arguments.has("wait"),
                Optional.of(arguments.duration("timeout")
                    .orElse(arguments.has("wait") ? Duration.ofMinutes(5) : Duration.ofSeconds(10))));
    }

    private Following(Session session, ControlClient client, String group, Arguments arguments, Console console,
            boolean wait, Optional<Duration> patience) {
        this.session = session;
        this.client = client;
        this.group = group;
        this.wait = wait;
        this.ignoreAway = arguments.has("ignore-away");
        this.patience = patience;
        this.json = Output.isJson(arguments);
        this.paint = Paint.of(arguments, console);
        this.console = console;
    }

    /** Of a change that is under way already, for as long as it takes or is asked for. */
    static Following watching(Session session, ControlClient client, String group, Arguments arguments, Console console)
            throws UsageException {
        return new Following(session, client, group, arguments, console, true, arguments.duration("timeout"));
    }

    /**
     * From the node's answer on, until the change is where it was asked to be.
     * @param revision what the node said when it took the change
     * @return 0 when it is there
     * @throws CommandFailure when it is not, with the exit code that says why
     */
    int taken(Json revision) throws CommandFailure {
        Verdict.Question question = question(revision.text("id"));
        this.session.stands("The change " + question.id() + " of " + this.group + " stands and goes on; watch it with: "
                + question.watch());
        if (!this.json) {
            tellTaken(revision);
        }
        else if (this.wait) {
            new JsonLines(this.console.out()).print("accepted", revision);
        }
        return follow(question, revision);
    }

    /**
     * As above, of a change that somebody has made before.
     * @param id of its revision
     */
    int watch(String id) throws CommandFailure {
        return follow(question(id), new Json(null));
    }

    private Verdict.Question question(String id) {
        return new Verdict.Question(this.group, id, this.client.target().option(), this.wait, this.ignoreAway,
                this.patience);
    }

    private void tellTaken(Json revision) {
        boolean already = revision.text("applied").equals("already");
        this.console.out()
            .println(this.group + " " + revision.text("id")
                    + (already ? " is applied already" : " accepted by " + revision.text("author"))
                    + Differences.encrypted(revision, ", "));
        revision.get("files").elements().forEach((file) -> this.console.out().println("  " + Differences.file(file)));
        List<Json> vanished = revision.get("vanished").elements();
        if (!vanished.isEmpty()) {
            this.console.err()
                .println("muster: no longer set by this: "
                        + vanished.stream().map((key) -> "" + key.value()).collect(Collectors.joining(", ")));
        }
        revision.get("warnings")
            .elements()
            .forEach((warning) -> this.console.err().println("muster: " + warning.value()));
        if (!revision.text("note").isEmpty()) {
            this.console.err().println("muster: " + revision.text("note"));
        }
    }

    private int follow(Verdict.Question question, Json taken) throws CommandFailure {
        RevisionProgress progress;
        Verdict verdict;
        try (Display display = display(question)) {
            progress = new RevisionProgress(this.client, this.group, question.id(), display);
            this.session.shows(display::close);
            awaitFirst(progress, question, taken);
            verdict = question.judge(progress, taken.isTrue("oneCopyOnly"));
            if (verdict.exit() == 0 && !this.wait) {
                // That was what was asked; what they make of it is worth a moment more.
                progress.await("acted", Optional.of(ACTING));
            }
        }
        if (this.json) {
            tellResult(progress, taken, verdict);
        }
        return verdict.conclude(this.console);
    }

    private void awaitFirst(RevisionProgress progress, Verdict.Question question, Json taken) throws CommandFailure {
        try {
            progress.await(this.wait ? "top" : "received", this.patience);
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 130 || taken.value() == null) {
                throw ex;
            }
            throw CommandFailure.of(ex.exit(), ex.type(), ex.getMessage() + " The change " + question.id() + " of "
                    + this.group + " stands and goes on; watch it with: " + question.watch());
        }
    }

    private Display display(Verdict.Question question) {
        if (this.json) {
            return this.wait ? new JsonLines(this.console.out()) : Display.NONE;
        }
        Elapsed elapsed = new Elapsed(System::nanoTime);
        return new TickingDisplay(this.console.screen()
            .<Display>map((screen) -> new LiveLines(this.console.out(), question.where(), screen, this.paint, elapsed))
            .orElseGet(() -> new AppendedLines(this.console.out(), question.where(), elapsed, this.wait)));
    }

    private void tellResult(RevisionProgress progress, Json taken, Verdict verdict) {
        Map<String, Object> all = new LinkedHashMap<>(taken.members());
        all.putAll(progress.result().members());
        if (progress.result().value() == null) {
            all.put("members", progress.members().stream().map((member) -> member.said().value()).toList());
        }
        all.put("exit", verdict.exit());
        if (this.wait) {
            new JsonLines(this.console.out()).print("result", new Json(all));
        }
        else {
            this.console.out().println(Json.write(all));
        }
    }

}
