package dev.muster.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.muster.config.TomlOutline.Statement;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Says what is wrong with a TOML text in words for whoever wrote it. */
final class TomlMistake {

    private static final Pattern BARE_TEXT = Pattern.compile("[A-Za-z0-9_+./:@-]+");

    private static final Pattern REJECTED = Pattern.compile("\\('(.{1,120}?)'\\), problem");

    private final String text;

    private final TomlOutline outline;

    TomlMistake(String text) {
        this.text = text;
        this.outline = TomlOutline.of(text);
    }

    InvalidTomlException explain(JacksonException cause) {
        String raw = cause.getOriginalMessage();
        if (raw.contains("nesting depth")) {
            return new InvalidTomlException(1, 1,
                    "tables and lists may lie in each other " + Toml.MAX_NESTING + " deep, here are more", null);
        }
        TokenStreamLocation place = cause.getLocation();
        int line = (place != null) ? place.getLineNr() : 1;
        int column = (place != null) ? place.getColumnNr() : 1;
        Optional<Statement> within = this.outline.before(line, column);
        if (within.isEmpty()) {
            return new InvalidTomlException(line, column, atTheStart(raw), null);
        }
        Statement statement = within.get();
        String key = Literal.path(statement.shown());
        if (!statement.header() && !hasEquals(statement)) {
            return new InvalidTomlException(line, column,
                    (charAt(line, column) == ':') ? "between key and value stands '=', not ':'"
                            : "a line is written: key = value; here '=' is missing",
                    null);
        }
        if (isClash(raw)) {
            return clash(statement, line, column, key);
        }
        return new InvalidTomlException(line, column, problem(raw, statement, key), key);
    }

    private static boolean isClash(String raw) {
        return raw.startsWith("Duplicate key") || raw.startsWith("Table redefined") || raw.startsWith("Path into")
                || raw.startsWith("Array already") || raw.startsWith("Object already")
                || raw.startsWith("Dotted key cannot");
    }

    private InvalidTomlException clash(Statement late, int line, int column, String key) {
        Optional<Statement> early = this.outline.clash(late);
        if (early.isEmpty()) {
            return new InvalidTomlException(line, column, "a key is set twice within " + key, key);
        }
        Statement first = early.get();
        String problem;
        if (first.path().equals(late.path())) {
            problem = (late.header() ? "the table " : "") + key + " is already set in line " + first.line()
                    + "; keep one of the two";
        }
        else {
            problem = key + " does not go with " + Literal.path(first.shown()) + " in line " + first.line()
                    + ": one name cannot be a value and a table, nor a table be given in two ways";
        }
        return new InvalidTomlException(late.line(), late.column(), problem, key);
    }

    private String atTheStart(String raw) {
        if (this.text.stripLeading().startsWith("{")) {
            return "this looks like JSON; TOML is wanted, as: port = 6379";
        }
        if (raw.startsWith("Unexpected token: Got KEY_VAL_SEP")) {
            return "a key is missing before '='";
        }
        return "a line is written: key = value, or [table]";
    }

    private String problem(String raw, Statement statement, String key) {
        String value = valueText(statement);
        if (raw.startsWith("Invalid date")) {
            return "'" + rejected(raw) + "' is no date or time (at most nine digits of a second)";
        }
        if (raw.startsWith("Invalid number")) {
            return "a number has at most " + Toml.MAX_NUMBER_LENGTH + " characters";
        }
        if (statement.header()) {
            return raw.startsWith("Premature") ? "the header [" + key + "] has no closing bracket"
                    : "a header is written [table], or [[list]], alone on its line";
        }
        if (value.isEmpty()) {
            return "a value is missing after: " + key + " =";
        }
        if (BARE_TEXT.matcher(value).matches() && !raw.startsWith("Zero")) {
            return "'" + value + "' is no number, date, true or false; text stands in quotes: " + key + " = \"" + value
                    + "\"";
        }
        if (raw.startsWith("Premature") || raw.startsWith("EOF") || raw.startsWith("Newline")) {
            return "the value of " + key + " is not complete: a quote or a bracket is not closed";
        }
        if (raw.startsWith("Zero")) {
            return "a number does not start with 0; an octal number starts with 0o";
        }
        if (raw.startsWith("More data") || raw.startsWith("Unexpected token")) {
            return "something else follows where the value of " + key + " should go on or end";
        }
        if (raw.startsWith("Unknown escape")) {
            return "this escape does not exist; a backslash is written \\\\, or the text put in single quotes";
        }
        if (raw.startsWith("Unknown token")) {
            return "this is no value; text stands in quotes";
        }
        return Character.toLowerCase(raw.charAt(0)) + raw.substring(1);
    }

    private boolean hasEquals(Statement statement) {
        return statement.valueStart() > statement.start() && this.text.charAt(statement.valueStart() - 1) == '=';
    }

    private static String rejected(String raw) {
        Matcher matcher = REJECTED.matcher(raw);
        return matcher.find() ? matcher.group(1) : "this";
    }

    /** What stands behind the equals sign on the same line, without a comment. */
    private String valueText(Statement statement) {
        int end = statement.valueStart();
        while (end < this.text.length() && this.text.charAt(end) != '\n' && this.text.charAt(end) != '#') {
            end++;
        }
        return this.text.substring(statement.valueStart(), end).strip();
    }

    private char charAt(int line, int column) {
        String found = this.text.lines().skip(line - 1L).findFirst().orElse("");
        return (column <= found.length()) ? found.charAt(column - 1) : '\n';
    }

}
