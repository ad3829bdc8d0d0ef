package dev.muster.shell;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;

/** {@code svc logs}: what a service and its hooks wrote, and write. */
final class ServiceLogs {

    private static final int MOST = 10_000;

    private static final DateTimeFormatter TIME = DateTimeFormatter
        .ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
        .withZone(ZoneOffset.UTC);

    private final Session session;

    ServiceLogs(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .client("svc logs", "Show what a service and its hooks wrote")
            .takes(new Positional("PKG_IDENT", "the package or the service's name", true))
            .with(OptionDescription.value("lines", "N", "How many of the last lines, at most " + MOST)
                .letter('n')
                .standard("100"), OptionDescription.flag("follow", "Go on with every line that is written").letter('f'))
            .text("A line is TIME SOURCE TEXT: O is standard output, E standard error, HK[init] the hook init. Following ends\n"
                    + "with Ctrl-C (exit 130), with the service's unload (exit 0), or when its node stops (exit 3).")
            .examples("muster svc logs core/redis -n 20", "muster svc logs redis --follow");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String name = Names.service(arguments.required(0));
        String lines = arguments.value("lines").orElse("100");
        if (!lines.matches("\\d{1,5}") || Integer.parseInt(lines) < 1 || Integer.parseInt(lines) > MOST) {
            throw new UsageException("--lines is a number from 1 to " + MOST + ", not \"" + lines + "\"");
        }
        boolean json = Output.isJson(arguments);
        String path = "/services/" + name + "/logs?lines=" + lines;
        ControlClient client = this.session.connect(arguments, console);
        if (!arguments.has("follow")) {
            client.get(path).body().elements().forEach((line) -> print(line, json, console));
            return 0;
        }
        Following following = new Following(json, console);
        client.events(path + "&follow=true", Map.of(), Optional.empty(), following::event);
        if (following.readerIsGone || following.reason.equals("unloaded")) {
            return 0;
        }
        throw CommandFailure.of(3, "unreachable",
                following.reason.equals("stopping") ? "The node stops, so nothing more of " + name + " is to be read"
                        : "The connection to " + client.target().base() + " ended: is the node still running?");
    }

    private static void print(Json line, boolean json, Console console) {
        if (json) {
            console.out().println(Json.write(line.members()));
            return;
        }
        String hook = line.text("hook");
        console.out()
            .println(TIME.format(Instant.parse(line.text("time"))) + " " + line.text("stream")
                    + (hook.isEmpty() ? "" : "[" + hook + "]") + " " + line.text("text"));
    }

    /** What has come so far. */
    private static final class Following {

        private final boolean json;

        private final Console console;

        private String reason = "";

        private boolean readerIsGone;

        private Following(boolean json, Console console) {
            this.json = json;
            this.console = console;
        }

        private boolean event(ControlClient.Event event) {
            switch (event.name()) {
                case "skipped" -> skipped(event.data().text("lines"));
                case "ended" -> this.reason = event.data().text("reason");
                default -> print(event.data(), this.json, this.console);
            }
            // As "| head" does; nobody is left to be told.
            this.readerIsGone = this.console.out().checkError();
            return !this.readerIsGone && this.reason.isEmpty();
        }

        private void skipped(String lines) {
            if (this.json) {
                this.console.out().println("{\"skipped\":" + lines + "}");
            }
            else {
                this.console.err().println("muster: " + lines + " lines left out, they were read too slowly");
            }
        }

    }

}
