package dev.muster.shell;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.config.InvalidTomlException;
import dev.muster.config.Toml;
import dev.muster.pack.InvalidIdentException;
import dev.muster.service.MalformedSpecException;
import dev.muster.service.SpecCodec;
import dev.muster.shell.CommandDescription.Positional;
import dev.muster.shell.ControlClient.Answer;
import org.jspecify.annotations.Nullable;

/**
 * {@code svc bulkload}: loads services from files, all of them or, if one is bad, none.
 */
final class ServiceBulkload {

    /** As the files of Habitat's command have them. */
    private static final Map<String, String> OTHER_KEYS = Map.of("pkg_ident", "ident", "strategy", "update_strategy",
            "bind", "binds");

    private final Session session;

    ServiceBulkload(Session session) {
        this.session = session;
    }

    ShellCommand command() {
        CommandDescription description = CommandDescription.client("svc bulkload", "Load services from files")
            .takes(new Positional("PATH...", "a file in TOML, or a directory of *.toml and *.spec files", true))
            .with(OptionDescription.flag("force", "Change how one is loaded where it is loaded otherwise").letter('f'))
            .text("A file has the keys of a spec file: ident = \"core/redis\", group = \"prod\". If one cannot be read none is\n"
                    + "loaded (exit 7). Then each is loaded for itself; the exit code is that of the first that fails.")
            .examples("muster svc bulkload services/", "muster svc bulkload redis.toml nginx.toml --format json");
        return new ShellCommand(description, this::run);
    }

    private int run(Arguments arguments, Console console) throws CommandFailure, UsageException, IOException {
        Map<String, Wanted> wanted = new LinkedHashMap<>();
        for (Path file : files(arguments.positionals())) {
            Wanted next = read(file);
            Wanted same = wanted.put(next.name, next);
            if (same != null) {
                throw invalid(file, "loads " + next.name + ", as " + same.file + " does: leave one of them out");
            }
        }
        ControlClient client = this.session.connect(arguments, console);
        boolean json = Output.isJson(arguments);
        List<Map<String, @Nullable Object>> outcomes = new ArrayList<>();
        int failed = 0;
        int exit = 0;
        for (Wanted one : wanted.values()) {
            Map<String, @Nullable Object> outcome = new LinkedHashMap<>();
            outcome.put("file", one.file.toString());
            outcome.put("ident", one.ident);
            try {
                Answer answer = client.change("PUT",
                        "/services/" + one.name + (arguments.has("force") ? "?force=true" : ""), Requests.key(),
                        Map.of("Content-Type", "application/json"),
                        Json.write(one.spec).getBytes(StandardCharsets.UTF_8));
                outcome.put("outcome", (answer.status() == 201) ? "loaded" : "already");
                outcome.put("group", answer.body().text("group"));
            }
            catch (CommandFailure ex) {
                if (ex.exit() == 130) {
                    throw ex;
                }
                failed++;
                exit = (exit == 0) ? ex.exit() : exit;
                outcome.put("outcome", "failed");
                outcome.put("problem", ex.problem());
            }
            outcomes.add(outcome);
            if (!json) {
                console.out().println(line(outcome));
            }
        }
        if (json) {
            console.out().println(Json.write(outcomes));
        }
        if (failed > 0) {
            throw CommandFailure.of(exit, "failed", failed + " of " + wanted.size() + " services could not be loaded");
        }
        return 0;
    }

    private static String line(Map<String, @Nullable Object> outcome) {
        String group = (outcome.get("group") instanceof String name && !name.isEmpty()) ? " as " + name : "";
        String became = switch (String.valueOf(outcome.get("outcome"))) {
            case "loaded" -> " loaded" + group;
            case "already" -> " is loaded already" + group;
            default -> " failed: " + ((outcome.get("problem") instanceof Map<?, ?> problem) ? problem.get("detail")
                    : "no reason given");
        };
        return outcome.get("ident") + became;
    }

    private static List<Path> files(List<String> paths) throws CommandFailure, IOException {
        List<Path> files = new ArrayList<>();
        for (String text : paths) {
            Path path = Path.of(text);
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            TreeSet<Path> found = new TreeSet<>();
            try (DirectoryStream<Path> below = Files.newDirectoryStream(path, "[!.]*.{toml,spec}")) {
                below.forEach(found::add);
            }
            if (found.isEmpty()) {
                throw CommandFailure.of(2, "bad-request", "No *.toml or *.spec is in " + path + ": nothing to load");
            }
            files.addAll(found);
        }
        return files;
    }

    private static Wanted read(Path file) throws CommandFailure {
        Map<String, Object> spec = new TreeMap<>();
        try {
            for (Map.Entry<String, Object> entry : Toml.parse(Files.readString(file)).entrySet()) {
                String known = OTHER_KEYS.getOrDefault(entry.getKey(), entry.getKey());
                if (spec.put(known, entry.getValue()) != null) {
                    throw invalid(file, "says " + known + " twice, once under another name");
                }
            }
            TreeSet<String> unknown = new TreeSet<>(spec.keySet());
            unknown.removeAll(SpecCodec.KEYS);
            if (!unknown.isEmpty()) {
                throw invalid(file, "has the key " + unknown.first() + ", which a service has not; it has "
                        + new TreeSet<>(SpecCodec.KEYS));
            }
            return new Wanted(file, SpecCodec.read(spec).name(), String.valueOf(spec.get("ident")), spec);
        }
        catch (InvalidTomlException ex) {
            Map<String, Object> problem = new LinkedHashMap<>(invalid(file, String.valueOf(ex.getMessage())).problem());
            problem.put("line", ex.line());
            problem.put("column", ex.column());
            throw new CommandFailure(7, problem);
        }
        catch (MalformedSpecException | InvalidIdentException ex) {
            throw invalid(file, String.valueOf(ex.getMessage()));
        }
        catch (NoSuchFileException ex) {
            throw CommandFailure.of(2, "bad-request", "There is no file " + file + ": name files or directories");
        }
        catch (MalformedInputException ex) {
            throw invalid(file, "is not UTF-8 text");
        }
        catch (IOException ex) {
            throw CommandFailure.of(2, "bad-request", "Cannot read " + file + ": " + ex.getMessage());
        }
    }

    private static CommandFailure invalid(Path file, String why) {
        return CommandFailure.of(7, "invalid-config", file + ": " + why);
    }

    /**
     * What a file asks for.
     *
     * @param name of the service
     */
    private record Wanted(Path file, String name, String ident, Map<String, Object> spec) {
    }

}
