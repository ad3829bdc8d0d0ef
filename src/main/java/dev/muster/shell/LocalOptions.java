package dev.muster.shell;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.muster.key.InvalidKeyException;
import dev.muster.key.NamedRevision;
import dev.muster.store.KeyCache;
import dev.muster.store.KeyConflictException;
import dev.muster.store.UnusableKeyException;

/** What the commands share that work on files of this host and ask no node. */
final class LocalOptions {

    static final OptionDescription ROOT = OptionDescription
        .value(NodeOptions.ROOT, "DIR", "Root directory that holds the keys")
        .standard("MUSTER_ROOT, /hab for root, ~/.muster");

    static final OptionDescription KEYS = OptionDescription
        .value("cache-key-path", "DIR", "Directory of the keys themselves")
        .standard("HAB_CACHE_KEY_PATH, cache/keys of the root");

    static final OptionDescription FORMAT = OptionDescription
        .value(NodeOptions.FORMAT, "text|json", "How to answer, errors included")
        .standard("text");

    private LocalOptions() {
    }

    /** The command with these options. */
    static ShellCommand command(CommandDescription description, Action action) {
        return new ShellCommand(description.with(ROOT, KEYS, FORMAT), (arguments, console) -> {
            Output.check(arguments);
            KeyCache cache = KeyCache.choose(arguments.value(KEYS.name()), console.environment(),
                    Target.root(arguments));
            try {
                return action.run(arguments, console, cache);
            }
            catch (InvalidKeyException ex) {
                throw CommandFailure.of(7, "invalid-name", String.valueOf(ex.getMessage()));
            }
            catch (KeyConflictException ex) {
                throw CommandFailure.of(6, "conflict", String.valueOf(ex.getMessage()));
            }
            catch (UnusableKeyException ex) {
                throw CommandFailure.of(ex.isDenied() ? 4 : 1, ex.isDenied() ? "forbidden" : "internal",
                        String.valueOf(ex.getMessage()));
            }
        });
    }

    /** What all answers about a key begin with. */
    static Map<String, Object> json(NamedRevision id) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", id.toString());
        json.put("name", id.name());
        json.put("revision", id.revision());
        return json;
    }

    /** What a command does with the keys of this host. */
    @FunctionalInterface
    interface Action {

        int run(Arguments arguments, Console console, KeyCache cache)
                throws CommandFailure, UsageException, KeyConflictException, UnusableKeyException;

    }

}
