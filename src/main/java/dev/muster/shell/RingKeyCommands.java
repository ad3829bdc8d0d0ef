package dev.muster.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.muster.key.InvalidKeyException;
import dev.muster.key.NamedRevision;
import dev.muster.key.RingKey;
import dev.muster.shell.CommandDescription.Positional;
import dev.muster.store.KeyCache;
import dev.muster.store.KeyCache.KeyFile;
import dev.muster.store.KeyConflictException;
import dev.muster.store.UnusableKeyException;

/**
 * The keys of rings on this host: make one, take it to other hosts, see which are here.
 */
final class RingKeyCommands {

    /** A key has about 100 characters. */
    private static final int LONGEST = 4096;

    List<ShellCommand> commands() {
        Positional name = new Positional("NAME", "the ring", true);
        CommandDescription generate = CommandDescription.program("ring key generate", "Make a key for a ring")
            .takes(name)
            .text("Nobody belongs to the ring without it. A ring that runs already takes the new key when its nodes have it\n"
                    + "and start again. Prints which key it is, never the key itself.")
            .examples("muster ring key generate default");
        CommandDescription list = CommandDescription.program("ring key list", "Show the ring keys on this host")
            .text("The newest of a ring is the one it uses. Equal fingerprints are equal keys.")
            .examples("muster ring key list", "muster ring key list --format json");
        CommandDescription export = CommandDescription.program("ring key export", "Print the newest key of a ring")
            .takes(name)
            .text("Prints the secret itself, for ring key import on another host.")
            .examples("muster ring key export default | ssh HOST muster ring key import");
        CommandDescription read = CommandDescription.program("ring key import", "Keep a key from standard input")
            .text("A key that is here already is a success; a key is never replaced by another one (exit 6).")
            .examples("muster ring key import < default-20261122201500.sym.key");
        return List.of(LocalOptions.command(generate, RingKeyCommands::generate),
                LocalOptions.command(list, RingKeyCommands::list),
                LocalOptions.command(export, RingKeyCommands::export),
                LocalOptions.command(read, RingKeyCommands::read));
    }

    private static int generate(Arguments arguments, Console console, KeyCache cache)
            throws KeyConflictException, UnusableKeyException {
        String name = arguments.required(0);
        NamedRevision.checkName(name);
        RingKey key = RingKey.generate(name, cache.next(name, Instant.now()), new SecureRandom());
        cache.add(key);
        tell("generated", key, arguments, console, cache);
        return 0;
    }

    private static void tell(String outcome, RingKey key, Arguments arguments, Console console, KeyCache cache) {
        if (Output.isJson(arguments)) {
            Map<String, Object> json = LocalOptions.json(key.id());
            json.put("fingerprint", key.fingerprint());
            json.put("file", cache.file(key).toString());
            json.put("outcome", outcome);
            console.out().println(Json.write(json));
        }
        else {
            console.out()
                .println("Ring key " + key.id() + " " + outcome + " in " + cache.file(key) + " (fingerprint "
                        + key.fingerprint() + ")");
        }
    }

    private static int list(Arguments arguments, Console console, KeyCache cache) throws UnusableKeyException {
        List<KeyFile<RingKey>> files = cache.ringKeyFiles();
        List<Object> json = new ArrayList<>();
        TextTable table = new TextTable("ring", "revision", "fingerprint", "");
        String before = "";
        for (KeyFile<RingKey> file : files) {
            boolean newest = !file.id().name().equals(before);
            before = file.id().name();
            String fingerprint = file.key().map(RingKey::fingerprint).orElse("");
            Map<String, Object> entry = LocalOptions.json(file.id());
            entry.put("fingerprint", file.key().isPresent() ? fingerprint : null);
            entry.put("newest", newest);
            entry.put("file", file.file().toString());
            entry.put("problem", file.problem().isEmpty() ? null : file.problem());
            json.add(entry);
            table.row(file.id().name(), file.id().revision(), fingerprint,
                    file.problem().isEmpty() ? (newest ? "newest" : "") : file.problem());
        }
        if (Output.isJson(arguments)) {
            console.out().println(Json.write(json));
        }
        else if (files.isEmpty()) {
            console.out().println("No ring keys in " + cache.directory() + ".");
        }
        else {
            console.out().print(table.text(""));
        }
        return 0;
    }

    private static int export(Arguments arguments, Console console, KeyCache cache)
            throws CommandFailure, UnusableKeyException {
        String name = arguments.required(0);
        NamedRevision.checkName(name);
        List<RingKey> keys = cache.ringKeys(name);
        if (keys.isEmpty()) {
            throw CommandFailure.of(5, "not-found",
                    "There is no key of ring " + name + " in " + cache.directory() + ": " + others(name, cache));
        }
        RingKey key = keys.get(0);
        if (Output.isJson(arguments)) {
            Map<String, Object> json = LocalOptions.json(key.id());
            json.put("fingerprint", key.fingerprint());
            json.put("text", key.text());
            console.out().println(Json.write(json));
        }
        else {
            console.out().println(key.text());
        }
        return 0;
    }

    private static String others(String name, KeyCache cache) throws UnusableKeyException {
        String known = cache.ringKeyFiles()
            .stream()
            .map((file) -> file.id().name())
            .distinct()
            .collect(Collectors.joining(", "));
        return (known.isEmpty() ? "there are none at all; make one with"
                : "there are keys of " + known + "; make one with") + " \"muster ring key generate " + name
                + "\", or bring it here with \"muster ring key import\"";
    }

    private static int read(Arguments arguments, Console console, KeyCache cache)
            throws CommandFailure, UsageException, KeyConflictException, UnusableKeyException {
        if (console.session()) {
            throw new UsageException("In the shell, ring key import needs <<EOF, and the key in the lines below");
        }
        if (console.typed()) {
            console.err().println("muster: reading a ring key from the terminal; end it with Ctrl-D");
        }
        byte[] input;
        try {
            input = console.in().readNBytes(LONGEST);
        }
        catch (IOException ex) {
            throw CommandFailure.of(2, "bad-request", "Cannot read standard input: " + ex.getMessage());
        }
        RingKey key;
        try {
            key = RingKey.parse(new String(input, StandardCharsets.ISO_8859_1));
        }
        catch (InvalidKeyException ex) {
            throw CommandFailure.of(7, "invalid-syntax", "Standard input: " + ex.getMessage()
                    + ". Give what \"muster ring key export\" prints, or a .sym.key file");
        }
        tell(cache.add(key) ? "imported" : "already there", key, arguments, console, cache);
        return 0;
    }

}
