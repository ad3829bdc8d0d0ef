package dev.muster.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import dev.muster.config.InvalidTomlException;
import dev.muster.config.KeyPath;
import dev.muster.config.Toml;
import dev.muster.shell.CommandDescription.Positional;

/**
 * {@code config set}, {@code unset} and {@code patch}: change single keys of the current
 * revision. Whoever loses against somebody else's change does it again on that one.
 */
final class ConfigChange {

    /** Its words may be anything, secrets included. */
    static final String SET = "config set";

    /** What may stand without quotes, and is no other TOML value. */
    private static final Pattern WORD = Pattern.compile("[^\\s\"'\\[\\]{}#,=\\p{Cntrl}]+");

    private static final OptionDescription IF_REVISION = OptionDescription.value("if-revision", "REVISION",
            "Only if this one is current");

    private final Session session;

    ConfigChange(Session session) {
        this.session = session;
    }

    List<ShellCommand> commands() {
        return List.of(new ShellCommand(describe(SET, "Set single values of a group's configuration")
            .takes(ConfigCommands.GROUP, new Positional("KEY=VALUE...", "what to set, as tls.port=6380", true))
            .text("VALUE is TOML: 6380, true, \"text\", [1, 2]. A bare word is a text where the key takes one. All other\n"
                    + "values stay as they are; if somebody else changes them meanwhile, it is done again on that.")
            .examples("muster config set redis.prod port=2112 maxmemory-policy=allkeys-lru",
                    "muster config set redis.prod 'motd=\"good day\"' -m 'be friendly'"),
                this::set),
                new ShellCommand(describe("config unset", "Take single values of a group's configuration back")
                    .takes(ConfigCommands.GROUP, new Positional("KEY...", "what to take back, as tls.port", true))
                    .text("What weaker layers say of them holds again.")
                    .examples("muster config unset redis.prod tls.port"), this::unset),
                new ShellCommand(describe("config patch", "Put a TOML text over a group's configuration")
                    .takes(ConfigCommands.GROUP, LayerInput.FILE)
                    .text("Tables are merged key by key, anything else is taken whole; what the text does not name stays.")
                    .examples("muster config patch redis.prod tls.toml"), this::patch));
    }

    private static CommandDescription describe(String name, String summary) {
        return CommandDescription.client(name, summary)
            .with(Following.OPTIONS)
            .with(HandIn.OPTIONS)
            .with(HandIn.CHECKED)
            .with(IF_REVISION);
    }

    private int set(Arguments arguments, Console console) throws CommandFailure, UsageException {
        StringBuilder toml = new StringBuilder();
        List<String> words = new ArrayList<>();
        for (int number = 1; number < arguments.positionals().size(); number++) {
            String assignment = arguments.positionals().get(number);
            int equals = equals(assignment);
            if (equals < 1) {
                // What was meant as a value, and may be secret, is not repeated.
                throw new UsageException("argument " + number + " sets nothing: write KEY=VALUE, as port=2112");
            }
            KeyPath key = key(assignment.substring(0, equals));
            String value = assignment.substring(equals + 1);
            if (isToml(value)) {
                toml.append(key).append(" = ").append(value).append('\n');
            }
            else if (WORD.matcher(value).matches()) {
                words.add(key.toString());
                toml.append(key).append(" = \"").append(value.replace("\\", "\\\\")).append("\"\n");
            }
            else {
                throw refused("what is given for " + key + " is no TOML value: a text stands in quotes, as '" + key
                        + "=\"some text\"'", key.toString());
            }
        }
        return change(arguments, body(tree(toml.toString()), List.of(), words), false, console);
    }

    /** The first equals sign that is in no quotes. */
    private static int equals(String assignment) {
        char quote = 0;
        for (int at = 0; at < assignment.length(); at++) {
            char c = assignment.charAt(at);
            if (quote != 0) {
                quote = (c == quote) ? 0 : quote;
            }
            else if (c == '"' || c == '\'') {
                quote = c;
            }
            else if (c == '=') {
                return at;
            }
        }
        return -1;
    }

    private static boolean isToml(String value) {
        try {
            return Toml.parse("value = " + value).size() == 1;
        }
        catch (InvalidTomlException ex) {
            return false;
        }
    }

    private static KeyPath key(String text) throws CommandFailure {
        try {
            return KeyPath.parse(text);
        }
        catch (InvalidTomlException ex) {
            throw refused(
                    "\"" + text + "\" is no key: write tls.port, and quotes around a key that has other characters"
                            + " than letters, digits, _ and -",
                    text);
        }
    }

    private static Map<String, Object> tree(String toml) throws CommandFailure {
        try {
            return Toml.parse(toml);
        }
        catch (InvalidTomlException ex) {
            // Lines of what was put together here say nothing to anybody.
            String key = ex.key().orElse("a key");
            throw refused(key + " is given twice, or as a value and as a table: give it once", key);
        }
    }

    private static CommandFailure refused(String detail, String key) {
        CommandFailure failure = CommandFailure.of(7, "invalid-syntax", detail);
        failure.problem().put("key", key);
        return failure;
    }

    private int unset(Arguments arguments, Console console) throws CommandFailure, UsageException {
        List<String> keys = new ArrayList<>();
        for (String key : arguments.positionals().subList(1, arguments.positionals().size())) {
            keys.add(key(key).toString());
        }
        return change(arguments, body(Map.of(), keys, List.of()), false, console);
    }

    private int patch(Arguments arguments, Console console) throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        // As it was written: the node says where in it something is wrong.
        byte[] toml = LayerInput.read("config patch", arguments.positional(1), group, console);
        return change(arguments, toml, true, console);
    }

    private static byte[] body(Map<String, Object> set, List<String> unset, List<String> words) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("set", set);
        body.put("unset", unset);
        body.put("words", words);
        return Toml.write(body).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private int change(Arguments arguments, byte[] body, boolean patch, Console console)
            throws CommandFailure, UsageException {
        String group = Names.group(arguments.required(0));
        ControlClient client = this.session.connect(arguments, console);
        HandIn hand = new HandIn(client, arguments);
        if (patch) {
            hand.with("patch", "true");
        }
        Optional<String> only = arguments.value(IF_REVISION.name());
        String path = "/groups/" + ControlClient.encode(group) + "/config/changes";
        Redoing redoing = new Redoing(this.session, client, group, hand);
        return redoing.run(only.isPresent(), () -> {
            String base = only.isPresent() ? only.get() : redoing.current();
            return hand.send("POST", path, "application/toml", Optional.of(base), body);
        }, arguments, console);
    }

}
