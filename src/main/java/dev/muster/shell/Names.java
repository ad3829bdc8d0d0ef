package dev.muster.shell;

import java.util.regex.Pattern;

/**
 * Names that people type. Checked here too, because a name is part of a path that is
 * asked for.
 */
final class Names {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,62}";

    private static final Pattern GROUP = Pattern.compile(NAME + "\\." + NAME + "(@" + NAME + ")?");

    private static final Pattern IDENT = Pattern.compile("[^/\\s]+(/[^/\\s]+){1,3}");

    private static final Pattern SERVICE = Pattern.compile(NAME);

    private Names() {
    }

    static String group(String text) throws CommandFailure {
        if (GROUP.matcher(text).matches()) {
            return text;
        }
        String last = text.substring(text.lastIndexOf('/') + 1);
        String hint = (!last.equals(text) && GROUP.matcher(last).matches()) ? "did you mean " + last + "?"
                : "it is SERVICE.GROUP, as redis.prod";
        throw CommandFailure.of(7, "invalid-name", "\"" + text + "\" names no service group: " + hint);
    }

    /** A service is named by its package's name alone, or by the package's ident. */
    static String service(String text) throws CommandFailure {
        String[] parts = text.split("/", -1);
        String name = (parts.length > 1) ? parts[1] : text;
        if (parts.length > 4 || !SERVICE.matcher(name).matches()) {
            String group = GROUP.matcher(name).matches()
                    ? ": did you mean " + name.substring(0, name.indexOf('.')) + "?"
                    : ": it is a package, as core/redis, or its name, as redis";
            throw CommandFailure.of(7, "invalid-name", "\"" + text + "\" names no service" + group);
        }
        return name;
    }

    static String ident(String text) throws CommandFailure {
        if (!IDENT.matcher(text).matches()) {
            throw CommandFailure.of(7, "invalid-name",
                    "\"" + text + "\" names no package: it is ORIGIN/NAME[/VERSION[/RELEASE]], as core/redis");
        }
        service(text);
        return text;
    }

}
