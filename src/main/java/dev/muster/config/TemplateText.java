package dev.muster.config;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A template, as the library is to read it. Which white space belongs to a tag and which
 * to the text is decided here, as Habitat's port of Handlebars does it: the library
 * counts a line with two tags as a line of its own, and theirs does not.
 *
 * <ul>
 * <li>{@code ~} takes all white space on its side of the tag.
 * <li>A line that holds one tag and blanks goes with the tag, where that is a block's, an
 * {@code else} or a comment. The last line only where it has a line end.
 * <li>After one backslash {@code {{} is text; of two or more, one goes and the tag stays.
 * </ul>
 */
final class TemplateText {

    /** Opens a tag in {@link #text}, where two braces are as good as any text. */
    static final String OPEN = "\u0001{{";

    static final String CLOSE = "}}";

    private static final String BLANKS = " \t";

    /**
     * A text in quotes, a number of more digits than an int has, or a name in brackets,
     * which may have either in it.
     */
    private static final Pattern CONSTANT = Pattern.compile(
            "\\[[^\\]]*\\]|\"(?:[^\"\\\\]|\\\\.)*\"" + "|'(?:[^'\\\\]|\\\\.)*'|(?<=[\\s(=])-?[0-9]{10,}(?=[\\s)]|$)",
            Pattern.DOTALL);

    /** As in JSON. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9A-Fa-f]{4}|[\"'\\\\/bfnrt])");

    private final String name;

    private final String source;

    private final StringBuilder text = new StringBuilder();

    /** Where parts of {@link #text} begin, and where they stand in the source. */
    private final TreeMap<Integer, Integer> origins = new TreeMap<>();

    private final List<Block> blocks = new ArrayList<>();

    private final Deque<Block> open = new ArrayDeque<>();

    /** The open ones whose {@code {{else}}} has been. */
    private final Set<Block> otherwise = new HashSet<>();

    private final Map<String, Object> constants = new HashMap<>();

    /** Text since the last tag, and where it began. */
    private final StringBuilder literal = new StringBuilder();

    private int literalStart;

    private boolean trimAll;

    private boolean trimLine;

    private TemplateText(String name, String source) {
        this.name = name;
        this.source = source;
    }

    /**
     * @throws RenderException when a tag does not end, or is of a kind that there is not
     */
    static TemplateText of(String name, String source) {
        TemplateText text = new TemplateText(name, source);
        text.read();
        return text;
    }

    String text() {
        return this.text.toString();
    }

    /** Variables of {@link #text}, with their @: values that the library cannot read. */
    Map<String, Object> constants() {
        return this.constants;
    }

    /** The blocks that are opened, in their order. */
    List<Block> blocks() {
        return this.blocks;
    }

    /** What is wrong at this place of {@link #text}, both counted from 1. */
    RenderException at(int line, int column, String problem, @Nullable Throwable cause) {
        int offset = 0;
        for (int i = 1; i < line; i++) {
            offset = this.text.indexOf("\n", offset) + 1;
        }
        Map.Entry<Integer, Integer> origin = this.origins.floorEntry(offset + column - 1);
        return problem((origin != null) ? origin.getValue() + offset + column - 1 - origin.getKey() : 0, problem,
                cause);
    }

    /** What is wrong at this place of the source, counted from 0. */
    RenderException problem(int offset, String problem, @Nullable Throwable cause) {
        String before = this.source.substring(0, Math.max(0, Math.min(offset, this.source.length())));
        int line = (int) before.chars().filter((c) -> c == '\n').count() + 1;
        return new RenderException(this.name, line, before.length() - before.lastIndexOf('\n'), problem, cause);
    }

    private void read() {
        int at = 0;
        for (int open = this.source.indexOf("{{"); open >= 0; open = this.source.indexOf("{{", at)) {
            int slashes = 0;
            while (open - slashes > at && this.source.charAt(open - slashes - 1) == '\\') {
                slashes++;
            }
            if (slashes > 0) {
                this.literal.append(this.source, at, open - 1);
                at = open;
            }
            if (slashes == 1) {
                at = this.source.startsWith("{{", open + 2) ? open + 4 : open + 2;
                this.literal.append(this.source, open, at);
            }
            else {
                this.literal.append(this.source, at, open);
                at = this.source.startsWith("{{{{", open) ? rawBlock(open) : tag(open);
            }
        }
        this.literal.append(this.source, at, this.source.length());
        writeLiteral(false, false);
        if (!this.open.isEmpty()) {
            Block block = this.open.peek();
            throw problem(block.offset(), "this block does not end: {{/" + block.name() + "}} is missing", null);
        }
    }

    /** {@code {{{{raw}}}}...{{{{/raw}}}}} gives what is in it as it stands. */
    private int rawBlock(int open) {
        String begin = "{{{{raw}}}}";
        String end = "{{{{/raw}}}}";
        int close = this.source.indexOf(end, open);
        if (!this.source.startsWith(begin, open) || close < 0) {
            throw problem(open, "four braces open a raw block: " + begin + "..." + end, null);
        }
        this.literal.append(this.source, open + begin.length(), close);
        return close + end.length();
    }

    /**
     * @return where the tag ends
     */
    private int tag(int open) {
        int at = open + 2;
        boolean before = at(at, '~');
        at += before ? 1 : 0;
        boolean triple = at(at, '{');
        if (triple) {
            at++;
            before |= at(at, '~');
            at += at(at, '~') ? 1 : 0;
        }
        while (at < this.source.length() && Character.isWhitespace(this.source.charAt(at))) {
            at++;
        }
        if (at(at, '!')) {
            return comment(open, at, before);
        }
        int close = close(open, at, triple);
        int end = close + (triple ? 3 : 2);
        boolean after = at(close - 1, '~') || triple && at(close + 1, '~');
        end += (triple && at(close + 1, '~')) ? 1 : 0;
        String inner = this.source.substring(at, at(close - 1, '~') ? close - 1 : close).strip();
        char sign = (triple || inner.isEmpty()) ? '{' : inner.charAt(0);
        refuse(open, at, sign, inner);
        boolean otherwise = inner.equals("^") || inner.equals("else") || inner.matches("(?s)else\\s.*");
        boolean alone = (otherwise || "#/".indexOf(sign) >= 0) && isAlone(open, end);
        writeLiteral(before, alone);
        nest(sign, inner, otherwise, open);
        write((sign == '&') ? inner.substring(1) : inner, open, (sign == '&') ? at + 1 : at);
        this.literalStart = end;
        this.trimAll = after;
        this.trimLine = alone;
        return end;
    }

    private void nest(char sign, String inner, boolean other, int offset) {
        String block = inner.substring(1).strip();
        if (other) {
            if (this.open.isEmpty() || this.otherwise.contains(this.open.peek())) {
                throw problem(offset, this.open.isEmpty() ? "{{" + inner + "}} stands in no block"
                        : "the block {{#" + this.open.peek().name() + "}} has an {{else}} already", null);
            }
            if (!inner.startsWith("else ")) {
                this.otherwise.add(this.open.peek());
            }
        }
        if (sign == '#') {
            Block opened = new Block(block.split("\\s", 2)[0], offset);
            this.blocks.add(opened);
            this.open.push(opened);
        }
        else if (sign == '/') {
            if (this.open.isEmpty()) {
                throw problem(offset, "{{/" + block + "}} ends a block, and none is open here", null);
            }
            Block last = this.open.pop();
            if (!last.name().equals(block)) {
                throw problem(offset, "{{/" + last.name() + "}} has to come before {{/" + block + "}}", null);
            }
        }
    }

    /** The library reads its tags without blanks before the sign. */
    private void write(String inner, int offset, int origin) {
        String sign = (!inner.isEmpty() && "#/^".indexOf(inner.charAt(0)) >= 0) ? inner.substring(0, 1) : "";
        this.origins.put(this.text.length(), offset);
        this.text.append(OPEN).append(sign);
        String rest = readable(inner.substring(sign.length()));
        this.origins.put(this.text.length(), origin + sign.length() + rest.length() - rest.stripLeading().length());
        this.text.append(rest.strip()).append(CLOSE);
    }

    /**
     * Puts variables in the place of what the library reads otherwise: it knows one of
     * the escapes of texts, and makes large numbers floats.
     */
    private String readable(String inner) {
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

    private String variable(Object value) {
        String variable = "@constant" + this.constants.size();
        this.constants.put(variable, value);
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

    private int comment(int open, int sign, boolean before) {
        boolean dashed = this.source.startsWith("!--", sign);
        int at = this.source.indexOf(dashed ? "--" : CLOSE, sign + (dashed ? 3 : 1));
        while (dashed && at >= 0 && !this.source.startsWith("--}}", at) && !this.source.startsWith("--~}}", at)) {
            at = this.source.indexOf("--", at + 1);
        }
        int close = (at < 0) ? -1 : this.source.indexOf(CLOSE, at);
        if (close < 0) {
            throw problem(open, "this comment does not end: " + (dashed ? "--}}" : "}}") + " is missing", null);
        }
        boolean alone = isAlone(open, close + 2);
        writeLiteral(before, alone);
        this.literalStart = close + 2;
        this.trimAll = at(close - 1, '~');
        this.trimLine = alone;
        return close + 2;
    }

    /**
     * Where the braces begin that end a tag: not in a text, nor in a name in brackets.
     */
    private int close(int open, int from, boolean triple) {
        char within = '\0';
        for (int at = from; at < this.source.length(); at++) {
            char c = this.source.charAt(at);
            if (within == '\0' && this.source.startsWith(CLOSE, at) && !triple || within == '\0' && triple
                    && (this.source.startsWith("}}}", at) || this.source.startsWith("}~}}", at))) {
                return at;
            }
            if (within != '\0') {
                at += (c == '\\' && within != ']') ? 1 : 0;
                within = (c == within) ? '\0' : within;
            }
            else if (c == '"' || c == '\'') {
                within = c;
            }
            else if (c == '[') {
                requireDot(at);
                within = ']';
            }
        }
        throw problem(open, "this tag does not end: " + (triple ? "}}}" : CLOSE) + " is missing"
                + ((within != '\0') ? " behind a closing " + within : ""), null);
    }

    private void requireDot(int bracket) {
        int start = bracket;
        while (!Character.isWhitespace(this.source.charAt(start - 1))
                && "{(#~&=|".indexOf(this.source.charAt(start - 1)) < 0) {
            start--;
        }
        if (start == bracket || "./".indexOf(this.source.charAt(bracket - 1)) >= 0) {
            return;
        }
        int end = this.source.indexOf(']', bracket);
        String list = this.source.substring(start, bracket);
        String item = (end < 0) ? "[0]" : this.source.substring(bracket, end + 1);
        throw problem(start, "an item of a list is written with a dot: " + list + "." + item + ", not " + list + item,
                null);
    }

    private void refuse(int open, int at, char sign, String inner) {
        if (inner.isEmpty()) {
            throw problem(open, "this tag is empty", null);
        }
        if (sign == '^' && inner.length() > 1) {
            throw problem(open,
                    "inverted blocks are not supported; write {{#unless ...}} in place of {{" + inner + "}}", null);
        }
        if (sign == '=') {
            throw problem(open, "other braces than these cannot be set", null);
        }
        if (sign == '>' || inner.startsWith("#>")) {
            throw problem(at, "partials ({{" + inner + "}}) are not supported", null);
        }
        if (sign == '*' || inner.startsWith("#*")) {
            throw problem(at, "decorators ({{" + inner + "}}) are not supported", null);
        }
    }

    private boolean at(int offset, char c) {
        return offset < this.source.length() && this.source.charAt(offset) == c;
    }

    /** Whether blanks are all that a line has beside this tag. */
    private boolean isAlone(int open, int end) {
        int before = open;
        while (before > 0 && BLANKS.indexOf(this.source.charAt(before - 1)) >= 0) {
            before--;
        }
        int after = end;
        while (after < this.source.length() && BLANKS.indexOf(this.source.charAt(after)) >= 0) {
            after++;
        }
        return (before == 0 || isLineEnd(before - 1)) && isLineEnd(after);
    }

    private boolean isLineEnd(int offset) {
        return at(offset, '\n') || at(offset, '\r');
    }

    /** Writes the text between the last tag and the one that comes. */
    private void writeLiteral(boolean allGoes, boolean blanksGo) {
        String part = this.literal.toString();
        int length = part.length();
        if (this.trimAll) {
            part = part.stripLeading();
        }
        else if (this.trimLine) {
            int start = 0;
            while (start < length && BLANKS.indexOf(part.charAt(start)) >= 0) {
                start++;
            }
            part = part.substring(
                    part.startsWith("\r\n", start) ? start + 2 : part.startsWith("\n", start) ? start + 1 : start);
        }
        int origin = this.literalStart + length - part.length();
        if (allGoes) {
            part = part.stripTrailing();
        }
        else if (blanksGo) {
            int end = part.length();
            while (end > 0 && BLANKS.indexOf(part.charAt(end - 1)) >= 0) {
                end--;
            }
            part = part.substring(0, end);
        }
        if (part.contains(OPEN)) {
            throw problem(this.literalStart, "the control character U+0001 stands before two braces", null);
        }
        this.origins.put(this.text.length(), origin);
        int slash = part.length();
        while (slash > 0 && part.charAt(slash - 1) == '\\') {
            slash--;
        }
        this.text.append(part, 0, slash);
        if (slash < part.length()) {
            // Behind one the library would take a tag for text.
            this.text.append(OPEN).append(variable(part.substring(slash))).append(CLOSE);
        }
        this.literal.setLength(0);
        this.trimAll = false;
        this.trimLine = false;
    }

    /**
     * A block's opening tag.
     *
     * @param name of its helper
     * @param offset of the tag in the source
     */
    record Block(String name, int offset) {

    }

}
