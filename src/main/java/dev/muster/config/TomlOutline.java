package dev.muster.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where each statement of a TOML text stands: each table header, and each key with its
 * value. Right for what a parser has accepted; beyond that, a guess that serves messages.
 */
final class TomlOutline {

    private final List<Statement> statements = new ArrayList<>();

    /** How often a list of tables was begun or continued, by its path. */
    private final Map<List<String>, Integer> elements = new HashMap<>();

    private final String text;

    private int at;

    private int line = 1;

    private int lineStart;

    private List<String> table = List.of();

    private List<String> shownTable = List.of();

    private TomlOutline(String text) {
        this.text = text;
    }

    static TomlOutline of(String text) {
        TomlOutline outline = new TomlOutline(text);
        outline.scan();
        return outline;
    }

    /** The last statement that starts before this offset. */
    Optional<Statement> startedBefore(int offset) {
        return this.statements.stream().filter((s) -> s.start < offset).reduce((first, second) -> second);
    }

    /** The first earlier statement that this one cannot stand beside. */
    Optional<Statement> clash(Statement late) {
        return this.statements.stream()
            .takeWhile((early) -> early != late)
            .filter((early) -> early.path.equals(late.path) || !early.header && isWithin(early.path, late.path)
                    || isWithin(late.path, early.path))
            .findFirst();
    }

    /** The statement that sets this path, or the table nearest around it. */
    Statement closest(List<String> path) {
        Statement closest = new Statement(1, 1, List.of(), List.of(), true, 0, 0);
        for (Statement statement : this.statements) {
            if (statement.shown.size() >= closest.shown.size() && isWithin(statement.shown, path)) {
                closest = statement;
            }
        }
        return closest;
    }

    private static boolean isWithin(List<String> outer, List<String> inner) {
        return outer.size() <= inner.size() && inner.subList(0, outer.size()).equals(outer);
    }

    private void scan() {
        while (skipToStatement()) {
            int start = this.at;
            int startLine = this.line;
            int column = start - this.lineStart + 1;
            boolean header = this.text.charAt(start) == '[';
            boolean element = this.text.startsWith("[[", start);
            this.at += element ? 2 : header ? 1 : 0;
            List<String> keys = keys(header ? "]\n" : "=\n");
            if (header) {
                this.table = resolve(keys, element);
                this.shownTable = keys;
                this.statements.add(new Statement(startLine, column, this.table, keys, true, start, this.at));
            }
            else {
                this.statements.add(new Statement(startLine, column, joined(this.table, keys),
                        joined(this.shownTable, keys), false, start, Math.min(this.at + 1, this.text.length())));
            }
            skipStatement();
        }
    }

    /** The path of a header, with the number of the element after each list of tables. */
    private List<String> resolve(List<String> keys, boolean element) {
        List<String> path = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            path.add(keys.get(i));
            boolean last = i == keys.size() - 1;
            if (last && element) {
                this.elements.merge(List.copyOf(path), 1, Integer::sum);
            }
            Integer number = (last && !element) ? null : this.elements.get(path);
            if (number != null) {
                path.add("\u0000" + number);
            }
        }
        return List.copyOf(path);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        List<String> joined = new ArrayList<>(first);
        joined.addAll(second);
        return List.copyOf(joined);
    }

    private boolean skipToStatement() {
        while (this.at < this.text.length()) {
            char c = this.text.charAt(this.at);
            if (c == '#') {
                skipLine();
            }
            else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                return true;
            }
            else {
                step();
            }
        }
        return false;
    }

    private void step() {
        if (this.text.charAt(this.at) == '\n') {
            this.line++;
            this.lineStart = this.at + 1;
        }
        this.at++;
    }

    private void skipLine() {
        while (this.at < this.text.length() && this.text.charAt(this.at) != '\n') {
            this.at++;
        }
    }

    /** Reads keys with dots between them, up to one of these characters. */
    private List<String> keys(String ends) {
        List<String> keys = new ArrayList<>();
        StringBuilder key = new StringBuilder();
        while (this.at < this.text.length() && ends.indexOf(this.text.charAt(this.at)) < 0) {
            char c = this.text.charAt(this.at);
            if (c == '"' || c == '\'') {
                int start = this.at + 1;
                skipString();
                key.append(this.text, start, Math.max(start, this.at - 1));
                continue;
            }
            if (c == '.') {
                keys.add(key.toString());
                key.setLength(0);
            }
            else if (c > ' ') {
                key.append(c);
            }
            this.at++;
        }
        keys.add(key.toString());
        return keys;
    }

    private void skipStatement() {
        int depth = 0;
        while (this.at < this.text.length()) {
            char c = this.text.charAt(this.at);
            if (c == '"' || c == '\'') {
                skipString();
                continue;
            }
            if (c == '#') {
                skipLine();
                continue;
            }
            if (c == '\n' && depth <= 0) {
                return;
            }
            depth += (c == '[' || c == '{') ? 1 : (c == ']' || c == '}') ? -1 : 0;
            step();
        }
    }

    private void skipString() {
        String quote = this.text.substring(this.at, this.at + 1);
        boolean block = this.text.startsWith(quote.repeat(3), this.at);
        String end = block ? quote.repeat(3) : quote;
        this.at += end.length();
        while (this.at < this.text.length() && !this.text.startsWith(end, this.at)) {
            char c = this.text.charAt(this.at);
            if (c == '\n' && !block) {
                return;
            }
            if (c == '\\' && quote.equals("\"") && this.at + 1 < this.text.length()) {
                step();
            }
            step();
        }
        this.at = Math.min(this.at + end.length(), this.text.length());
        // Up to two quotes may stand just before the three that end a block.
        while (block && this.text.startsWith(quote, this.at)) {
            this.at++;
        }
    }

    /**
     * One statement.
     *
     * @param path what it sets; after a list of tables stands the number of the element
     * @param shown the same as people write it
     * @param header whether it begins a table
     * @param start offset of its first character
     * @param valueStart offset behind the equals sign
     */
    record Statement(int line, int column, List<String> path, List<String> shown, boolean header, int start,
            int valueStart) {
    }

}
