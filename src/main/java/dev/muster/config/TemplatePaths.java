package dev.muster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which values of the configuration a template names. */
final class TemplatePaths {

    private static final Pattern TAG = Pattern.compile("\\{\\{(?!\\{?~?!)(.+?)\\}\\}", Pattern.DOTALL);

    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"|'[^']*'");

    /** {@code cfg}, and keys behind it with dots or slashes between. */
    private static final Pattern PATH = Pattern.compile(
            "(?<![\\w.@\\]-])(?:@root[./]|(?:\\.\\./)+|this[./])?cfg((?:[./](?:\\[[^\\]]*\\]|[\\w-]+))*)(?![\\w-])");

    private static final Pattern KEY = Pattern.compile("[./](?:\\[([^\\]]*)\\]|([\\w-]+))");

    private static final Pattern HELPER = Pattern.compile("^[~{&#^/\\s]*(?:else\\s+)?([\\w-]+)\\s");

    /** They look at one value; what lies in it does not matter to them. */
    private static final Set<String> CONDITIONS = Set.of("if", "unless", "eq", "ne", "gt", "gte", "lt", "lte", "and",
            "or", "not", "len", "toUppercase", "toLowercase", "strReplace", "strConcat", "log", "pkgPathFor");

    private TemplatePaths() {
    }

    static List<Use> of(String template) {
        List<Use> uses = new ArrayList<>();
        Matcher tag = TAG.matcher(template);
        while (tag.find()) {
            String text = TEXT.matcher(tag.group(1)).replaceAll((match) -> " ".repeat(match.group().length()));
            Matcher path = PATH.matcher(text);
            while (path.find()) {
                uses.add(new Use(keys(path.group(1)), isWhole(text, path.start())));
            }
        }
        return uses;
    }

    private static List<String> keys(String path) {
        List<String> keys = new ArrayList<>();
        Matcher key = KEY.matcher(path);
        while (key.find()) {
            keys.add((key.group(1) != null) ? key.group(1) : key.group(2));
        }
        return keys;
    }

    /** Whether the helper it is given to may look at everything below it. */
    private static boolean isWhole(String tag, int at) {
        int depth = 0;
        int start = 0;
        for (int i = at - 1; i >= 0 && depth >= 0; i--) {
            char c = tag.charAt(i);
            depth += (c == ')') ? 1 : (c == '(') ? -1 : 0;
            if (depth < 0) {
                start = i + 1;
            }
        }
        Matcher helper = HELPER.matcher(tag.substring(start, at));
        if (helper.find()) {
            return !CONDITIONS.contains(helper.group(1));
        }
        // No helper: a value that is written out, or a block over it.
        return tag.stripLeading().startsWith("#") || tag.stripLeading().startsWith("^");
    }

    /**
     * One place that names a value.
     *
     * @param path keys below {@code cfg}; none for all of it
     * @param whole whether everything below may be used there
     */
    record Use(List<String> path, boolean whole) {
    }

}
