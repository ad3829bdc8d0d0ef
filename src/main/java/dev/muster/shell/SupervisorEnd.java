package dev.muster.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

import dev.muster.store.RootLayout;

/** {@code sup term}: ends a node and its services, and waits for that. */
final class SupervisorEnd {

    private static final Duration POLL = Duration.ofMillis(50);

    private final Session session;

    SupervisorEnd(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("sup term", "Stop a node and its services, in order, and wait for its end")
            .with(OptionDescription.value("timeout", "TIME", "How long to wait for its end").standard("5m"))
            .text("Each service has its own grace time. The node of a root directory that does not answer is sent SIGTERM.")
            .examples("muster sup term", "muster sup term --timeout 30s");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException, IOException {
        Duration timeout = arguments.duration("timeout").orElse(Duration.ofMinutes(5));
        long end = System.nanoTime() + timeout.toNanos();
        String which = arguments.has(NodeOptions.REMOTE) ? remote(arguments, console, end)
                : local(arguments, console, end);
        if (which.isEmpty()) {
            throw CommandFailure.of(9, "timeout",
                    "The node is stopping and not done after " + timeout.toSeconds() + " s; it goes on");
        }
        console.out().println(Output.isJson(arguments) ? "{\"stopped\":true}" : "The node " + which + " has stopped");
        return 0;
    }

    private String remote(Arguments arguments, Console console, long end) throws CommandFailure, UsageException {
        ControlClient client = this.session.connect(arguments, console);
        String name = ask(client, console);
        while (answers(client)) {
            if (System.nanoTime() > end) {
                return "";
            }
            Output.pause(POLL);
        }
        return name.isEmpty() ? "at " + client.target().base() : name;
    }

    private String local(Arguments arguments, Console console, long end)
            throws CommandFailure, UsageException, IOException {
        RootLayout layout = Target.root(arguments);
        OptionalLong running = layout.runningNode();
        if (running.isEmpty()) {
            throw CommandFailure.of(3, "unreachable", "No node runs on the root directory " + layout.root());
        }
        long process = running.getAsLong();
        if (!Files.exists(layout.controlAddress())) {
            signal(process, layout);
            tellAsked(console);
        }
        else {
            try {
                ask(this.session.connect(arguments, console), console);
            }
            catch (CommandFailure ex) {
                if (ex.exit() != 3) {
                    throw ex;
                }
                console.err().println("muster: the node does not answer, so its process is told to end");
                signal(process, layout);
                tellAsked(console);
            }
        }
        while (layout.runningNode().equals(running)) {
            if (System.nanoTime() > end) {
                return "";
            }
            Output.pause(POLL);
        }
        return "of " + layout.root() + " (process " + process + ")";
    }

    /** Tells its name. */
    private String ask(ControlClient client, Console console) throws CommandFailure {
        String name = "";
        try {
            name = client.change("POST", "/node/stop", Requests.key(), Map.of(), new byte[0]).body().text("name");
        }
        catch (CommandFailure ex) {
            if (ex.exit() != 11) {
                throw ex;
            }
            // It has ended before its answer was here, or else the wait for it will tell.
        }
        tellAsked(console);
        return name;
    }

    private void tellAsked(Console console) {
        this.session.stands("The node was told to stop, and goes on stopping");
        console.err().println("muster: the node was told to stop; its services end within their own grace times");
    }

    private static boolean answers(ControlClient client) throws CommandFailure {
        try {
            client.get("/node");
            return true;
        }
        catch (CommandFailure ex) {
            if (ex.exit() == 3) {
                return false;
            }
            throw ex;
        }
    }

    private static void signal(long process, RootLayout layout) throws CommandFailure {
        if (!ProcessHandle.of(process).map(ProcessHandle::destroy).orElse(false)) {
            throw CommandFailure.of(4, "forbidden", "Process " + process + ", the node of " + layout.root()
                    + ", cannot be stopped by user " + System.getProperty("user.name") + ": run this as its owner");
        }
    }

}
