package dev.muster.config;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that stand in a template, and that the library would not read as they are. */
final class TemplateConstants {

    /**
     * A text in quotes, a number of more digits than an int has, or a name in brackets,
     * which may have either in it.
     */
    private static final Pattern CONSTANT = Pattern.compile(
            "\\[[^\\]]*\\]|\"(?:[^\"\\\\]|\\\\.)*\"" + "|'(?:[^'\\\\]|\\\\.)*'|(?<=[\\s(=])-?[0-9]{10,}(?=[\\s)]|$)",
            Pattern.DOTALL);

    /** As in JSON. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9A-Fa-f]{4}|[\"'\\\\/bfnrt])");

    private final Map<String, Object> values = new HashMap<>();

    Map<String, Object> values() {
        return this.values;
    }

    /**
     * Puts variables in the place of what the library reads otherwise: it knows one of
     * the escapes of texts, and makes large numbers floats.
     */
    String readable(String inner) {
        return CONSTANT.matcher(inner).replaceAll((found) -> {
            String text = found.group();
            if (Character.isDigit(text.charAt(text.length() - 1))) {
                BigInteger number = new BigInteger(text);
                return variable((number.bitLength() < Long.SIZE) ? (Object) number.longValue() : number);
            }
            return Matcher.quoteReplacement((text.charAt(0) == '[' || text.indexOf('\\') < 0) ? text
                    : variable(unescape(text.substring(1, text.length() - 1))));
        });
    }

    /** The name, with its @, by which a template finds this value. */
    String variable(Object value) {
        String variable = "@constant" + this.values.size();
        this.values.put(variable, value);
        return variable;
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text).replaceAll((found) -> {
            String escape = found.group(1);
            return Matcher.quoteReplacement(switch (escape.charAt(0)) {
                case 'b' -> "\b";
                case 'f' -> "\f";
                case 'n' -> "\n";
                case 'r' -> "\r";
                case 't' -> "\t";
                case 'u' -> String.valueOf((char) Integer.parseInt(escape.substring(1), 16));
                default -> escape;
            });
        });
    }

}
