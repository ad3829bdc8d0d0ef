package dev.muster.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.muster.config.TomlOutline.Statement;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Says what is wrong with a TOML text in words for whoever wrote it. Values are never
 * quoted: they may be secret, and nothing is known of a text that cannot be read.
 */
final class TomlMistake {

    private static final Pattern BARE_TEXT = Pattern.compile("[A-Za-z0-9_+./:@-]+");

    private static final Pattern QUOTE = Pattern.compile("['\"(\\[{`:]|\\d{5}");

    private final String text;

    private final TomlOutline outline;

    TomlMistake(String text) {
        this.text = text;
        this.outline = TomlOutline.of(text);
    }

    InvalidTomlException explain(JacksonException cause) {
        String raw = cause.getOriginalMessage();
        if (cause.getLocation() == null) {
            String problem = raw.contains("nesting depth") ? TreeReader.TOO_DEEP : unquoted(raw);
            return at(0, problem, null);
        }
        // The parser's lines also end where TOML's do not; its count of characters is
        // right.
        int offset = (int) Math.max(0, Math.min(cause.getLocation().getCharOffset(), this.text.length()));
        if (isClash(raw)) {
            // This is noticed only when the next statement has begun.
            return clash(this.outline.startedBefore(offset).orElseThrow(() -> cause), offset);
        }
        Optional<Statement> found = this.outline.startedBefore(offset + 1);
        if (found.isEmpty() || found.get().start() == offset) {
            return at(offset, atTheStart(raw), null);
        }
        Statement statement = found.get();
        if (!statement.header() && !hasEquals(statement)) {
            return at(offset, (charAt(offset) == ':') ? "between key and value stands '=', not ':'"
                    : "a line is written: key = value; here '=' is missing", null);
        }
        if (!statement.header() && offset < statement.valueStart()) {
            return at(offset, "a key has letters, digits, _ and -; any other stands in quotes, and dots part it", null);
        }
        String key = Literal.path(statement.shown());
        return at(offset, statement.header() ? header(raw, key) : value(raw, statement, key, offset), key);
    }

    private InvalidTomlException at(int offset, String problem, @Nullable String key) {
        int lineStart = this.text.lastIndexOf('\n', offset - 1) + 1;
        int line = (int) this.text.substring(0, lineStart).chars().filter((c) -> c == '\n').count() + 1;
        return new InvalidTomlException(line, this.text.codePointCount(lineStart, offset) + 1, problem, key);
    }

    private static boolean isClash(String raw) {
        return raw.startsWith("Duplicate key") || raw.startsWith("Table redefined") || raw.startsWith("Path into")
                || raw.startsWith("Array already") || raw.startsWith("Object already")
                || raw.startsWith("Dotted key cannot");
    }

    private InvalidTomlException clash(Statement late, int offset) {
        String key = Literal.path(late.shown());
        Optional<Statement> early = this.outline.clash(late);
        if (early.isEmpty()) {
            return at(offset, "a key is set twice within " + key, key);
        }
        Statement first = early.get();
        if (first.path().equals(late.path())) {
            return at(late.start(), (late.header() ? "the table " : "") + key + " is already set in line "
                    + first.line() + "; keep one of the two", key);
        }
        return at(late.start(), key + " does not go with " + Literal.path(first.shown()) + " in line " + first.line()
                + ": one name cannot be a value and a table, nor a table be given in two ways", key);
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

    private static String header(String raw, String key) {
        return raw.startsWith("Premature") ? "the header [" + key + "] has no closing bracket"
                : "a header is written [table], or [[list]], alone on its line";
    }

    private String value(String raw, Statement statement, String key, int offset) {
        String value = firstLine(statement);
        int start = this.text.indexOf(value, statement.valueStart());
        if (raw.startsWith("Invalid date")) {
            return "this is no date or time (at most nine digits of a second)";
        }
        if (raw.startsWith("Invalid number")) {
            return "a number has at most " + Toml.MAX_NUMBER_LENGTH + " characters";
        }
        if (raw.startsWith("Zero")) {
            return "a number does not start with 0; an octal number starts with 0o";
        }
        if (value.isEmpty()) {
            return "a value is missing after: " + key + " =";
        }
        if (offset >= start && offset < start + value.length() && BARE_TEXT.matcher(value).matches()) {
            return "this is no number, date, true or false; text stands in quotes: " + key + " = \"...\"";
        }
        if (raw.startsWith("Newline") && charAt(offset) == '\r') {
            return "a carriage return ends no line without a line feed";
        }
        if (raw.startsWith("Premature") || raw.startsWith("EOF") || raw.startsWith("Newline")) {
            return "the value of " + key + " is not complete: a quote or a bracket is not closed";
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
        String problem = unquoted(raw);
        return Character.toLowerCase(problem.charAt(0)) + problem.substring(1);
    }

    /**
     * What a parser says, without what it quotes of the text: that comes after its words.
     */
    static String unquoted(String raw) {
        Matcher quote = QUOTE.matcher(raw);
        String words = (quote.find() ? raw.substring(0, quote.start()) : raw).strip();
        return words.isEmpty() ? "this cannot be read" : words;
    }

    private boolean hasEquals(Statement statement) {
        return statement.valueStart() > statement.start() && this.text.charAt(statement.valueStart() - 1) == '=';
    }

    /** What stands behind the equals sign on the same line, without a comment. */
    private String firstLine(Statement statement) {
        int end = statement.valueStart();
        while (end < this.text.length() && this.text.charAt(end) != '\n' && this.text.charAt(end) != '#') {
            end++;
        }
        return this.text.substring(statement.valueStart(), end).strip();
    }

    private char charAt(int offset) {
        return (offset < this.text.length()) ? this.text.charAt(offset) : '\n';
    }

}
