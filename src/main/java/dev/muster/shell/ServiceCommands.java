package dev.muster.shell;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** What can be asked of services on one node. */
final class ServiceCommands {

    /** The options that say how a package is run; {@code sup run} has them too. */
    static final List<OptionDescription> LOAD_OPTIONS = List.of(
            OptionDescription.value("group", "NAME", "Group of the service").standard("default"),
            OptionDescription.value("topology", "standalone|leader", "How its members stand to each other")
                .letter('t')
                .standard("standalone"),
            OptionDescription.value("strategy", "none|at-once|rolling", "How new packages are taken")
                .letter('s')
                .standard("none"),
            OptionDescription.value("bind", "NAME:SERVICE.GROUP", "Group that gives what the package needs under NAME")
                .repeated(),
            OptionDescription.value("binding-mode", "strict|relaxed", "Whether it waits for its binds to have members")
                .standard("strict"),
            OptionDescription.value("health-check-interval", "TIME", "From one health check to the next")
                .letter('i')
                .standard("30"),
            OptionDescription.value("shutdown-timeout", "TIME", "From the stop signal to the kill")
                .standard("the package's own, else 8"),
            OptionDescription.value("config-from", "DIR", "Take templates and hooks from here; for development"));

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
            .with(LOAD_OPTIONS.toArray(OptionDescription[]::new))
            .with(OptionDescription.flag("force", "Change how it is loaded where it is loaded otherwise").letter('f'),
                    OptionDescription.flag("wait", "Return when it is up, not when it is accepted"),
                    OptionDescription.value("timeout", "TIME", "How long --wait waits").standard("5m"))
            .text("Loaded already and equal is a success; loaded otherwise is a conflict (exit 6) without --force.")
            .examples("muster svc load core/redis --group=prod");
        CommandDescription status = CommandDescription.client("svc status", "Show the services of a node")
            .takes(new Positional("PKG_IDENT", "one of them; all without it", false))
            .examples("muster svc status", "muster svc status core/redis --format json");
        return List.of(new ShellCommand(load, this::load),
                new ShellCommand(CommandDescription.client("svc unload", "Stop a service and forget it")
                    .takes(SERVICE)
                    .with(stopTimeout()), this::unload),
                new ShellCommand(
                        CommandDescription.client("svc start", "Start a service that was stopped").takes(SERVICE),
                        (arguments, console) -> move("start", arguments, console)),
                new ShellCommand(CommandDescription.client("svc stop", "Stop a service; it stays loaded, and stopped")
                    .takes(SERVICE)
                    .with(stopTimeout()), (arguments, console) -> move("stop", arguments, console)),
                new ShellCommand(status, this::status));
    }

    private static OptionDescription stopTimeout() {
        return OptionDescription.value("shutdown-timeout", "TIME", "From the stop signal to the kill")
            .standard("as it was loaded");
    }

    private int load(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String ident = Names.ident(arguments.required(0));
        String name = Names.service(ident);
        Optional<Duration> timeout = arguments.duration("timeout");
        byte[] spec = Json.write(spec(ident, arguments)).getBytes(StandardCharsets.UTF_8);
        ControlClient client = this.session.connect(arguments, console);
        String query = arguments.has("force") ? "?force=true" : "";
        Answer answer = client.change("PUT", "/services/" + name + query, Requests.key(),
                Map.of("Content-Type", "application/json"), spec);
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
        return 0;
    }

    /** Only what was given: the node knows the rest. */
    private static Map<String, Object> spec(String ident, Arguments arguments) throws UsageException {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("ident", ident);
        arguments.value("group").ifPresent((group) -> spec.put("group", group));
        choice(spec, arguments, "topology", "topology", List.of("standalone", "leader"));
        if (arguments.value("strategy").filter("canary"::equals).isPresent()) {
            throw new UsageException("--strategy of svc load says how new packages are taken: none, at-once or rolling;"
                    + " canary is a way to take one change of configuration");
        }
        choice(spec, arguments, "strategy", "update_strategy", List.of("none", "at-once", "rolling"));
        choice(spec, arguments, "binding-mode", "binding_mode", List.of("strict", "relaxed"));
        if (arguments.has("bind")) {
            spec.put("binds", new ArrayList<>(arguments.values("bind")));
        }
        arguments.value("config-from").ifPresent((directory) -> spec.put("config_from", directory));
        Optional<Duration> shutdown = arguments.duration("shutdown-timeout");
        shutdown.ifPresent((time) -> spec.put("shutdown_timeout", seconds(time)));
        Optional<Duration> health = arguments.duration("health-check-interval");
        health.ifPresent((time) -> {
            Map<String, Object> interval = new LinkedHashMap<>();
            interval.put("secs", time.toSeconds());
            interval.put("nanos", time.toNanosPart());
            spec.put("health_check_interval", interval);
        });
        return spec;
    }

    /** A part of a second is a second: the node counts whole ones. */
    private static long seconds(Duration time) {
        return time.plusMillis(999).toSeconds();
    }

    private static void choice(Map<String, Object> spec, Arguments arguments, String option, String key,
            List<String> values) throws UsageException {
        Optional<String> given = arguments.value(option);
        if (given.isPresent()) {
            Output.oneOf(option, given.get(), values);
            spec.put(key, given.get());
        }
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
        return arguments.duration("shutdown-timeout").map((time) -> "?shutdown-timeout=" + seconds(time)).orElse("");
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
                "revision", "health", "user", "reason");
        for (Json service : services) {
            table.row(service.text("ident"), shown(service, "topology"), shown(service, "desired"),
                    shown(service, "state"), shown(service, "elapsed"), shown(service, "pid"), shown(service, "group"),
                    shown(service, "revision"), shown(service, "health"), shown(service, "user"),
                    service.text("reason"));
        }
        console.out().print(table.text(""));
        return 0;
    }

    private static String shown(Json service, String member) {
        String text = service.text(member);
        return text.isEmpty() ? "-" : text;
    }

}
