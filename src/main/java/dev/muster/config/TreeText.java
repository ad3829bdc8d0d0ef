package dev.muster.config;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What trees are in rendered files: their plain text, JSON and YAML; and what is true.
 */
final class TreeText {

    /** A text that YAML needs no quotes for, unless it is one of its words. */
    private static final Pattern PLAIN_YAML = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./@+-]*");

    private static final Set<String> YAML_WORDS = Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

    private static final int INDENT = 2;

    private TreeText() {
    }

    /** False are: false, zero, not a number, and what is missing or empty. */
    static boolean isTrue(@Nullable Object value) {
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0 && !Double.isNaN(number.doubleValue());
        }
        if (value instanceof CharSequence text) {
            return !text.isEmpty();
        }
        if (value instanceof Map<?, ?> table) {
            return !table.isEmpty();
        }
        return !(value instanceof List<?> list) || !list.isEmpty();
    }

    /** What {@code {{value}}} gives. */
    static String plain(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof CharSequence text) {
            return text.toString();
        }
        if (value instanceof Map) {
            return "[object]";
        }
        if (value instanceof List<?> list) {
            return list.stream().map(TreeText::plain).collect(Collectors.joining(", ", "[", "]"));
        }
        return Literal.plain(value);
    }

    /** JSON on several lines, each level two blanks further in. */
    static String json(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        json(value, "\n", out);
        return out.toString();
    }

    private static void json(@Nullable Object value, String newline, StringBuilder out) {
        String inner = newline + " ".repeat(INDENT);
        if (value instanceof Map<?, ?> table && !table.isEmpty()) {
            String before = "{";
            for (Map.Entry<?, ?> entry : table.entrySet()) {
                out.append(before).append(inner).append(Literal.quoted((String) entry.getKey())).append(": ");
                json(entry.getValue(), inner, out);
                before = ",";
            }
            out.append(newline).append('}');
        }
        else if (value instanceof List<?> list && !list.isEmpty()) {
            String before = "[";
            for (Object item : list) {
                out.append(before).append(inner);
                json(item, inner, out);
                before = ",";
            }
            out.append(newline).append(']');
        }
        else {
            out.append(scalar(value));
        }
    }

    /** What both JSON and YAML take; JSON has neither dates nor infinite numbers. */
    private static String scalar(@Nullable Object value) {
        if (value instanceof Map) {
            return "{}";
        }
        if (value instanceof List) {
            return "[]";
        }
        if (value == null || value instanceof Double number && !Double.isFinite(number)) {
            return "null";
        }
        boolean bare = value instanceof Number || value instanceof Boolean;
        return bare ? Literal.plain(value) : Literal.quoted(plain(value));
    }

    /** YAML, with the line of dashes that begins a document. */
    static String yaml(@Nullable Object value) {
        StringBuilder out = new StringBuilder("---\n");
        yaml(value, "", out);
        return out.toString();
    }

    private static void yaml(@Nullable Object value, String indent, StringBuilder out) {
        if (value instanceof Map<?, ?> table && !table.isEmpty()) {
            Iterator<? extends Map.Entry<?, ?>> entries = table.entrySet().iterator();
            for (String before = ""; entries.hasNext(); before = indent) {
                Map.Entry<?, ?> entry = entries.next();
                out.append(before).append(yamlText((String) entry.getKey())).append(':');
                if (isBlock(entry.getValue())) {
                    // Lists stand below their key, tables further in.
                    String deeper = (entry.getValue() instanceof List) ? indent : indent + " ".repeat(INDENT);
                    out.append('\n').append(deeper);
                    yaml(entry.getValue(), deeper, out);
                }
                else {
                    out.append(' ');
                    yaml(entry.getValue(), indent, out);
                }
            }
        }
        else if (value instanceof List<?> list && !list.isEmpty()) {
            String before = "";
            for (Object item : list) {
                out.append(before).append("- ");
                yaml(item, indent + " ".repeat(INDENT), out);
                before = indent;
            }
        }
        else {
            out.append(yamlScalar(value)).append('\n');
        }
    }

    private static boolean isBlock(@Nullable Object value) {
        return value instanceof Map<?, ?> table && !table.isEmpty() || value instanceof List<?> list && !list.isEmpty();
    }

    private static String yamlScalar(@Nullable Object value) {
        if (value instanceof Double number && !Double.isFinite(number)) {
            return Double.isNaN(number) ? ".nan" : (number > 0) ? ".inf" : "-.inf";
        }
        return (value instanceof String text) ? yamlText(text) : scalar(value);
    }

    private static String yamlText(String text) {
        boolean plain = PLAIN_YAML.matcher(text).matches() && !YAML_WORDS.contains(text.toLowerCase(Locale.ROOT));
        return plain ? text : Literal.quoted(text);
    }

}
