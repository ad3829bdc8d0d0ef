package dev.muster.shell;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** {@code sup restart}: another process for a node, the same ones for its services. */
final class SupervisorRestart {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Session session;

    SupervisorRestart(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("sup restart", "Put a new process in a node's place; services are untouched")
            .with(OptionDescription.value("timeout", "TIME", "How long to wait for the new one").standard("2m"))
            .text("The new process has the arguments and the environment of the old one, and the release that the launcher\n"
                    + "leads to by then; it does not load PKG_IDENT again. The old process closes everything and stays as its\n"
                    + "keeper, so that Ctrl-C, kill and containers find what they started. Where a service manager starts nodes,\n"
                    + "set MUSTER_RESTART=exit for them: then the process ends with code 75, to be started again from there.\n"
                    + "SIGHUP does the same. A node whose launcher fails is not restarted (exit 1).")
            .examples("muster sup restart");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Duration timeout = arguments.duration("timeout").orElse(Duration.ofMinutes(2));
        long end = System.nanoTime() + timeout.toNanos();
        ControlClient client = this.session.connect(arguments, console);
        Json before = client.get("/node").body();
        client.change("POST", "/node/restart", Requests.key(), timeout);
        this.session.stands("The node was told to restart, and goes on restarting");
        console.err().println("muster: " + before.text("name") + " was told to restart; waiting for the new process");
        while (true) {
            Optional<Json> after = now(arguments, console)
                .filter((node) -> !node.text("incarnation").equals(before.text("incarnation")));
            if (after.isPresent()) {
                return tell(before, after.get(), arguments, console);
            }
            if (System.nanoTime() > end) {
                throw CommandFailure.of(9, "timeout", "No new process of " + before.text("name") + " answers after "
                        + timeout.toSeconds() + " s: what the node printed tells why");
            }
            Output.pause(POLL);
        }
    }

    /** Where the new one listens may be told anew, so it is looked up each time. */
    private Optional<Json> now(Arguments arguments, Console console) throws CommandFailure, UsageException {
        try {
            return Optional.of(this.session.connect(arguments, console).get("/node").body());
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 3) {
                return Optional.empty();
            }
            throw ex;
        }
    }

    private static int tell(Json before, Json after, Arguments arguments, Console console) {
        if (Output.isJson(arguments)) {
            console.out().println(Json.write(Map.of("before", before.members(), "after", after.members())));
        }
        else {
            console.out()
                .println(after.text("name") + " was restarted: process " + before.text("pid") + " became "
                        + after.text("pid") + ", version " + after.text("version"));
        }
        return 0;
    }

}
