package dev.muster.shell;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;
import org.jspecify.annotations.Nullable;

/** What can be asked of services on one node. */
final class ServiceCommands {

    private static final Positional IDENT = new Positional("PKG_IDENT", "the package, ORIGIN/NAME[/VERSION[/RELEASE]]",
            true);

    private static final Positional SERVICE = new Positional("PKG_IDENT", "the package or the service's name", true);

    private static final Duration POLL = Duration.ofMillis(250);

    private final Session session;

    ServiceCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription load = CommandDescription.client("svc load", "Load a service and keep it running")
            .takes(IDENT)
            .with(SpecArguments.OPTIONS.toArray(OptionDescription[]::new))
            .with(OptionDescription.flag("force", "Change how it is loaded where it is loaded otherwise").letter('f'),
                    OptionDescription.flag("wait", "Return when it is up, not when it is accepted"),
                    OptionDescription.value("timeout", "TIME", "How long --wait waits").standard("5m"))
            .text("Loaded already and equal is a success; loaded otherwise is a conflict (exit 6) without --force.")
            .examples("muster svc load core/redis --group=prod");
        CommandDescription status = CommandDescription.client("svc status", "Show the services of a node")
            .takes(new Positional("PKG_IDENT", "one of them; all without it", false))
            .examples("muster svc status", "muster svc status core/redis --format json");
        CommandDescription update = CommandDescription
            .client("svc update", "Change how a service is loaded, and only what is named")
            .takes(SERVICE)
            .with(SpecArguments.OPTIONS.toArray(OptionDescription[]::new))
            .with(SpecArguments.unset())
            .text("All binds are given anew; a hook without --hook-timeout keeps its own. The process is replaced only where\n"
                    + "the change needs it. The package is changed with svc load --force.")
            .examples("muster svc update core/redis --shutdown-timeout 30", "muster svc update redis --unset bind");
        return List.of(new ShellCommand(load, this::load), new ShellCommand(update, this::update),
                new ShellCommand(CommandDescription.client("svc unload", "Stop a service and forget it")
                    .takes(SERVICE)
                    .with(stopTimeout()), this::unload),
                new ShellCommand(
                        CommandDescription.client("svc start", "Start a service that was stopped").takes(SERVICE),
                        (arguments, console) -> move("start", arguments, console)),
                new ShellCommand(CommandDescription.client("svc stop", "Stop a service; it stays loaded, and stopped")
                    .takes(SERVICE)
                    .with(stopTimeout()), (arguments, console) -> move("stop", arguments, console)),
                new ShellCommand(status, this::status), new ServiceLogs(this.session).command(),
                new ServiceBulkload(this.session).command());
    }

    private static OptionDescription stopTimeout() {
        return OptionDescription.value("shutdown-timeout", "TIME", "From the stop signal to the kill")
            .standard("as it was loaded");
    }

    private int load(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String ident = Names.ident(arguments.required(0));
        String name = Names.service(ident);
        Optional<Duration> timeout = arguments.duration("timeout");
        Map<String, Object> spec = new LinkedHashMap<>(Map.of("ident", ident));
        spec.putAll(SpecArguments.given(arguments));
        String builder = console.environment().getOrDefault(SpecArguments.BUILDER_VARIABLE, "");
        if (!builder.isEmpty()) {
            spec.putIfAbsent("bldr_url", builder);
        }
        ControlClient client = this.session.connect(arguments, console);
        String query = arguments.has("force") ? "?force=true" : "";
        Answer answer = client.change("PUT", "/services/" + name + query, Requests.key(),
                Map.of("Content-Type", "application/json"), Json.write(spec).getBytes(StandardCharsets.UTF_8));
        Answer shown = arguments.has("wait") ? awaitUp(client, name, timeout.orElse(Duration.ofMinutes(5))) : answer;
        if (Output.isJson(arguments)) {
            Output.json(shown, console);
        }
        else {
            String group = shown.body().text("group");
            console.out()
                .println(ident + (answer.status() == 201 ? " loaded" : " is loaded already")
                        + (group.isEmpty() ? "" : " as " + group)
                        + (arguments.has("wait") ? ", up with PID " + shown.body().text("pid") : ""));
        }
        warn(shown.body(), name, console);
        return 0;
    }

    private int update(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String name = Names.service(arguments.required(0));
        Map<String, @Nullable Object> changes = SpecArguments.changes(arguments);
        if (changes.isEmpty()) {
            throw new UsageException("svc update changes what is named, and nothing was: name one of its options, or"
                    + " --unset OPTION");
        }
        Answer answer = this.session.connect(arguments, console)
            .change("POST", "/services/" + name + "/changes", Requests.key(),
                    Map.of("Content-Type", "application/json"), Json.write(changes).getBytes(StandardCharsets.UTF_8));
        String group = answer.body().text("group");
        warn(answer.body(), name, console);
        return told(answer, name + " updated" + (group.isEmpty() ? "" : " as " + group) + going(answer), arguments,
                console);
    }

    private static void warn(Json service, String name, Console console) {
        service.get("warnings")
            .elements()
            .forEach((warning) -> console.err().println("muster: " + name + ": " + warning.value()));
    }

    private static Answer awaitUp(ControlClient client, String name, Duration timeout) throws CommandFailure {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            Answer answer = client.get("/services/" + name);
            String state = answer.body().text("state");
            if (state.equals("up")) {
                return answer;
            }
            if (System.nanoTime() > end) {
                String reason = answer.body().text("reason");
                throw CommandFailure.of(9, "timeout",
                        name + " is loaded and " + state + (reason.isEmpty() ? "" : " (" + reason + ")") + " after "
                                + timeout.toSeconds() + " s; it goes on: muster svc status " + name
                                + client.target().option());
            }
            Output.pause(POLL);
        }
    }

    private int unload(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String name = Names.service(arguments.required(0));
        String query = stopQuery(arguments);
        Answer answer = this.session.connect(arguments, console)
            .change("DELETE", "/services/" + name + query, Requests.key(), Map.of(), new byte[0]);
        return told(answer, name + " unloaded" + going(answer), arguments, console);
    }

    private int move(String verb, Arguments arguments, Console console) throws CommandFailure, UsageException {
        String name = Names.service(arguments.required(0));
        String query = stopQuery(arguments);
        Answer answer = this.session.connect(arguments, console)
            .change("POST", "/services/" + name + "/" + verb + query, Requests.key(), Map.of(), new byte[0]);
        String wanted = verb.equals("start") ? "up" : "down";
        return told(answer, name + " is to be " + wanted + going(answer), arguments, console);
    }

    private static String stopQuery(Arguments arguments) throws UsageException {
        return arguments.duration("shutdown-timeout")
            .map((time) -> "?shutdown-timeout=" + SpecArguments.seconds(time))
            .orElse("");
    }

    private static String going(Answer answer) {
        String state = answer.body().text("state");
        return state.isEmpty() ? "" : ", it is " + state + " now";
    }

    private static int told(Answer answer, String line, Arguments arguments, Console console) {
        if (!Output.isJson(arguments)) {
            console.out().println(line);
        }
        else if (!answer.text().isBlank()) {
            Output.json(answer, console);
        }
        return 0;
    }

    private int status(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Optional<String> name = arguments.positional(0);
        String path = name.isPresent() ? "/services/" + Names.service(name.get()) : "/services";
        Answer answer = this.session.connect(arguments, console).get(path);
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        List<Json> services = name.isPresent() ? List.of(answer.body()) : answer.body().elements();
        if (services.isEmpty()) {
            console.out().println("No services loaded.");
            return 0;
        }
        TextTable table = new TextTable("package", "type", "desired", "state", "elapsed (s)", "pid", "group",
                "revision", "health", "user", "role", "reason");
        for (Json service : services) {
            table.row(service.text("ident"), shown(service, "topology"), shown(service, "desired"),
                    shown(service, "state"), shown(service, "elapsed"), shown(service, "pid"), shown(service, "group"),
                    shown(service, "revision"), shown(service, "health"), shown(service, "user"),
                    shown(service, "role"), service.text("reason"));
        }
        console.out().print(table.text(""));
        services.forEach((service) -> warn(service, service.text("name"), console));
        if (name.isPresent()) {
            detail(services.get(0), console);
        }
        return 0;
    }

    /** What is too much for a table. */
    private static void detail(Json service, Console console) {
        console.out().println();
        Json election = service.get("election");
        if (election.value() != null) {
            line(console, "leader", ElectionReport.leader(election) + ", " + ElectionReport.state(election));
            line(console, "warning", election.text("warning"));
        }
        line(console, "restarts", service.text("restarts"));
        Json exit = service.get("lastExit");
        line(console, "last exit", exit.text("text").isEmpty() ? ""
                : exit.text("text") + ", process " + exit.text("pid") + ", at " + exit.text("time"));
        updates(service.get("updates"), console);
        String checked = service.text("healthChecked");
        String reason = service.text("healthReason");
        line(console, "health", service.text("health") + since(service.text("healthSince"))
                + (checked.isEmpty() ? "" : ", checked at " + checked) + (reason.isEmpty() ? "" : ": " + reason));
        String output = service.text("healthOutput") + "\n" + service.text("healthErrors");
        for (Json bind : service.get("binds").elements()) {
            String lack = bind.text("reason");
            line(console, "bind",
                    bind.text("name") + " to " + bind.text("group") + ": "
                            + (lack.isEmpty() ? bind.text("members") + " running" : lack)
                            + (bind.isTrue("kept") ? ", its last data is kept" : ""));
        }
        line(console, "it says", output.lines().filter((text) -> !text.isBlank()).reduce((a, b) -> b).orElse(""));
    }

    /** Where new releases come from, and what has come of that. */
    private static void updates(Json updates, Console console) {
        if (updates.text("strategy").isEmpty()) {
            return;
        }
        String source = updates.text("source");
        line(console, "updates", updates.text("strategy") + (source.isEmpty() ? ""
                : " (" + updates.text("condition") + ") from channel " + updates.text("channel") + " of " + source));
        String asked = updates.text("asked");
        String problem = updates.text("problem");
        line(console, "source", asked.isEmpty() ? "" : (problem.isEmpty() ? "answered" : "did not answer") + " at "
                + asked + (problem.isEmpty() ? "" : ": " + problem));
        line(console, "offers", updates.text("offered"));
        line(console, "next", updates.text("next"));
        line(console, "note", updates.text("note"));
        updates.get("refused")
            .elements()
            .forEach((refused) -> line(console, "refused", refused.text("release") + ": " + refused.text("reason")));
    }

    private static String since(String time) {
        return time.isEmpty() ? "" : " since " + time;
    }

    private static void line(Console console, String title, String value) {
        if (!value.isEmpty()) {
            console.out().printf("%-10s %s%n", title, value);
        }
    }

    private static String shown(Json service, String member) {
        String text = service.text(member);
        return text.isEmpty() ? "-" : text;
    }

}
