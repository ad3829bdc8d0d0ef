package dev.muster.shell;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.muster.config.InvalidTomlException;
import dev.muster.config.Layers;
import dev.muster.config.RenderException;
import dev.muster.config.Templates;
import dev.muster.config.Toml;
import dev.muster.pack.PackageIdent;
import dev.muster.shell.CommandDescription.Positional;

/**
 * {@code plan render}: what a template of a package gives, for whoever writes it. Needs
 * no node.
 */
final class PlanRender {

    /** What templates of a service see. */
    private static final Set<String> NAMES = new TreeSet<>(List.of("sys", "pkg", "cfg", "svc", "bind"));

    private static final String PACKAGES = "/hab/pkgs/";

    ShellCommand command() {
        CommandDescription description = CommandDescription
            .program("plan render", "Render a template of a package with values of your own")
            .takes(new Positional("TEMPLATE_PATH", "the file to render", true))
            .with(OptionDescription.value("default-toml", "FILE", "The package's configuration")
                .letter('d')
                .standard("./default.toml"),
                    OptionDescription.value("user-toml", "FILE", "Configuration that stands above it").letter('u'),
                    OptionDescription.value("mock-data", "FILE", "sys, pkg, svc, bind and cfg, in JSON or TOML")
                        .letter('m'),
                    OptionDescription.flag("print", "Print what it gives").letter('p'),
                    OptionDescription.flag("no-render", "Write no file").letter('n'),
                    OptionDescription.value("render-dir", "DIR", "Where the file goes, under its own name")
                        .letter('r')
                        .standard("./results"),
                    OptionDescription.flag("quiet", "Say nothing but what is wrong").letter('q'),
                    OptionDescription.value("format", "text|json", "How to answer, errors included").standard("text"))
            .text("Of cfg, the mock data stands above the user's TOML, and that above default.toml. What nothing gives is empty,\n"
                    + "as on a node. pkgPathFor finds the packages that pkg.deps of the mock data lists.")
            .examples("muster plan render config/redis.conf", "muster plan render hooks/run --no-render",
                    "muster plan render -p -n -q -m mock.json config/redis.conf | diff - expected.conf");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException {
        Output.check(arguments);
        Path source = Path.of(arguments.required(0));
        Path name = source.getFileName();
        if (name == null) {
            throw new UsageException("\"" + source + "\" is no file: give the template to render");
        }
        Path target = Path.of(arguments.value("render-dir").orElse("results")).resolve(name);
        boolean write = !arguments.has("no-render");
        if (write && target.toAbsolutePath().normalize().equals(source.toAbsolutePath().normalize())) {
            throw new UsageException(
                    "The result would replace its own template " + source + ": name another --render-dir");
        }
        String template = read(source, "");
        Path defaults = Path.of(arguments.value("default-toml").orElse("default.toml"));
        Map<String, Object> cfg = Layers.merge(List.of(tree(defaults, ": name the package's with --default-toml FILE"),
                tree(arguments.value("user-toml"))));
        Map<String, Object> mock = tree(arguments.value("mock-data"));
        Map<String, Object> data = Layers.merge(List.of(Map.of("cfg", cfg), mock));
        boolean quiet = arguments.has("quiet");
        Set<String> unseen = new TreeSet<>(mock.keySet());
        unseen.removeAll(NAMES);
        if (!unseen.isEmpty() && !quiet) {
            console.err()
                .println("muster: the mock data has " + String.join(", ", unseen)
                        + ", which no template sees on a node; there is " + String.join(", ", NAMES));
        }
        String rendered = render(source, template, data);
        if (write) {
            write(target, rendered);
            if (!quiet) {
                console.err().println("muster: " + source + " gives " + target);
            }
        }
        if (Output.isJson(arguments)) {
            console.out().println(Json.write(result(source, write, target, arguments.has("print"), rendered)));
        }
        else if (arguments.has("print")) {
            console.out().print(rendered);
            console.out().flush();
        }
        return 0;
    }

    private static Map<String, Object> result(Path source, boolean write, Path target, boolean print, String text) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("template", source.toString());
        result.put("file", write ? target.toString() : null);
        if (print) {
            result.put("text", text);
        }
        return result;
    }

    private static String render(Path source, String template, Map<String, Object> data) throws CommandFailure {
        try {
            return new Templates((ident) -> packagePath(PackageIdent.parse(ident), data)).render(source.toString(),
                    template, data);
        }
        catch (RenderException ex) {
            throw invalid(source, ex.line(), ex.column(), String.valueOf(ex.getMessage()));
        }
    }

    /** As on a node: of those that it depends on, the first that fits. */
    private static Optional<String> packagePath(PackageIdent wanted, Map<String, Object> data) {
        if (data.get("pkg") instanceof Map<?, ?> pack && pack.get("deps") instanceof List<?> deps) {
            for (Object dep : deps) {
                if (dep instanceof Map<?, ?> parts) {
                    PackageIdent ident = PackageIdent.parse(parts.get("origin") + "/" + parts.get("name") + "/"
                            + parts.get("version") + "/" + parts.get("release"));
                    if (ident.satisfies(wanted)) {
                        return Optional.of(PACKAGES + ident);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Map<String, Object> tree(Optional<String> file) throws CommandFailure {
        return file.isPresent() ? tree(Path.of(file.get()), "") : Map.of();
    }

    /** JSON where it begins like that, else TOML. */
    private static Map<String, Object> tree(Path file, String hint) throws CommandFailure {
        String text = read(file, hint);
        boolean json = text.stripLeading().startsWith("{");
        try {
            return json ? Toml.parseJson(text) : Toml.parse(text);
        }
        catch (InvalidTomlException ex) {
            throw invalid(file, ex.line(), ex.column(),
                    file + " is no " + (json ? "JSON" : "TOML") + ": " + ex.getMessage());
        }
    }

    private static String read(Path file, String hint) throws CommandFailure {
        try {
            return Files.readString(file);
        }
        catch (NoSuchFileException ex) {
            throw CommandFailure.of(5, "not-found", "There is no file " + file + hint);
        }
        catch (CharacterCodingException ex) {
            throw CommandFailure.of(7, "invalid-syntax", file + " is no text: it has to be UTF-8");
        }
        catch (IOException ex) {
            throw CommandFailure.of(1, "internal", "Cannot read " + file + ": " + ex.getMessage());
        }
    }

    private static void write(Path target, String text) throws CommandFailure {
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            Files.writeString(target, text);
        }
        catch (IOException ex) {
            throw CommandFailure.of(1, "internal", "Cannot write " + target + " (" + ex
                    + "): name a directory of yours with --render-dir, or write nothing with --no-render");
        }
    }

    private static CommandFailure invalid(Path file, int line, int column, String detail) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", CommandFailure.URN + "invalid-syntax");
        problem.put("detail", detail);
        problem.put("file", file.toString());
        problem.put("line", line);
        problem.put("column", column);
        return new CommandFailure(7, problem);
    }

}
