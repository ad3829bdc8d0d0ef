package dev.muster.shell;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import dev.muster.pack.InvalidIdentException;
import dev.muster.pack.PackageIdent;
import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;

/** Packages on one node: bring them there, show them, take them away. */
final class PackageCommands {

    private final Session session;

    PackageCommands(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        CommandDescription install = CommandDescription.client("pkg install", "Install a package on a node")
            .takes(new Positional("FILE", "a .hart, a tar.gz or tar.xz of a package directory, or the directory", true))
            .with(OptionDescription.flag("force", "Replace the release where it is installed already").letter('f'))
            .text("The signature of a .hart is checked on the node against cache/keys/KEY.pub below its root; other archives and\n"
                    + "directories have none. Installed already is a success, and an install hook that failed runs again.")
            .examples("muster pkg install core-redis-6.2.11-20230301000000-x86_64-linux.hart",
                    "muster pkg install ./results/redis");
        CommandDescription list = CommandDescription.client("pkg list", "Show the packages that a node finds")
            .takes(new Positional("PKG_IDENT", "only these, ORIGIN/NAME[/VERSION[/RELEASE]]", false))
            .examples("muster pkg list", "muster pkg list core/redis --format json");
        CommandDescription uninstall = CommandDescription.client("pkg uninstall", "Remove a package from a node")
            .takes(new Positional("PKG_IDENT", "ORIGIN/NAME[/VERSION[/RELEASE]]; one release only, without --all",
                    true))
            .with(OptionDescription.flag("all", "Remove every release that fits"))
            .text("What a service runs, or another package needs, stays (exit 6), and so does what lies outside of the node's root.")
            .examples("muster pkg uninstall core/redis/6.2.11/20230301000000", "muster pkg uninstall core/redis --all");
        return List.of(new ShellCommand(install, this::install), new ShellCommand(list, this::list),
                new ShellCommand(uninstall, this::uninstall));
    }

    private int install(Arguments arguments, Console console) throws CommandFailure, UsageException {
        boolean force = arguments.has("force");
        ControlClient client = this.session.connect(arguments, console);
        try (Upload upload = Upload.of(Path.of(arguments.required(0)))) {
            // Asked first: whoever may not install learns so before much is sent.
            client.get("/packages?ident=" + ControlClient.encode(upload.ident().toString()));
            Answer answer = client.upload("/packages/" + path(upload.ident()) + (force ? "?force=true" : ""),
                    Requests.key(), "application/octet-stream", upload.file(),
                    Upload.progress(console.err(), Console.isTerminal(2)));
            tell(answer, upload, arguments, console);
        }
        return 0;
    }

    private static String path(PackageIdent ident) {
        return Arrays.stream(ident.toString().split("/")).map(ControlClient::encode).collect(Collectors.joining("/"));
    }

    private static void tell(Answer answer, Upload upload, Arguments arguments, Console console) {
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
        }
        else if (answer.body().text("installed").equals("already")) {
            console.out().println(upload.ident() + " is installed already in " + answer.body().text("path"));
        }
        else {
            String key = answer.body().text("signedBy");
            console.out()
                .println(upload.ident() + " installed in " + answer.body().text("path")
                        + (key.isEmpty() ? ", without a signature" : ", signed by " + key));
        }
        List<Json> missing = answer.body().get("missing").elements();
        if (!missing.isEmpty()) {
            console.err()
                .println("muster: it needs packages that are not installed: " + missing.stream()
                    .map((ident) -> String.valueOf(ident.value()))
                    .collect(Collectors.joining(", ")));
        }
    }

    private int list(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Optional<String> ident = arguments.positional(0);
        String query = "";
        if (ident.isPresent()) {
            query = "?ident=" + ControlClient.encode(ident(ident.get()).toString());
        }
        Answer answer = this.session.connect(arguments, console).get("/packages" + query);
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
            return 0;
        }
        List<Json> packages = answer.body().elements();
        if (packages.isEmpty()) {
            console.out()
                .println(ident.map((text) -> "No release of " + text + " is installed.")
                    .orElse("No packages installed."));
            return 0;
        }
        TextTable table = new TextTable("package", "service", "install hook", "path");
        for (Json found : packages) {
            table.row(found.text("ident"), found.isTrue("service") ? "yes" : "no", found.text("installHook"),
                    found.text("path"));
        }
        console.out().print(table.text(""));
        return 0;
    }

    private int uninstall(Arguments arguments, Console console) throws CommandFailure, UsageException {
        PackageIdent ident = ident(arguments.required(0));
        String query = arguments.has("all") ? "?all=true" : "";
        ControlClient client = this.session.connect(arguments, console);
        Answer answer = client.change("DELETE", "/packages/" + path(ident) + query, Requests.key(), Map.of(),
                new byte[0], ControlClient.HOOKS);
        if (Output.isJson(arguments)) {
            Output.json(answer, console);
        }
        else {
            answer.body()
                .get("removed")
                .elements()
                .forEach((removed) -> console.out().println(removed.value() + " removed"));
        }
        return 0;
    }

    private static PackageIdent ident(String text) throws CommandFailure {
        try {
            return PackageIdent.parse(text);
        }
        catch (InvalidIdentException ex) {
            throw CommandFailure.of(7, "invalid-name", String.valueOf(ex.getMessage()));
        }
    }

}
