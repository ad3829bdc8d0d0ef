package dev.muster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** Writes a tree as people would: values, then tables, then lists of tables. */
final class TomlWriter {

    private final StringBuilder out = new StringBuilder();

    String write(Map<?, ?> tree) {
        table(tree, new ArrayList<>());
        return this.out.toString();
    }

    private void table(Map<?, ?> table, List<String> path) {
        table.forEach((key, value) -> {
            if (!(value instanceof Map) && !isTables(value)) {
                this.out.append(Literal.key((String) key)).append(" = ").append(inline(value)).append('\n');
            }
        });
        table.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                path.add((String) key);
                if (!holdsOnlyTables(inner)) {
                    header("[" + Literal.path(path) + "]");
                }
                table(inner, path);
                path.remove(path.size() - 1);
            }
        });
        table.forEach((key, value) -> {
            if (isTables(value)) {
                path.add((String) key);
                for (Object inner : (List<?>) value) {
                    header("[[" + Literal.path(path) + "]]");
                    table((Map<?, ?>) inner, path);
                }
                path.remove(path.size() - 1);
            }
        });
    }

    private void header(String header) {
        if (!this.out.isEmpty()) {
            this.out.append('\n');
        }
        this.out.append(header).append('\n');
    }

    /** Such a table needs no header: those of its tables name it. */
    private static boolean holdsOnlyTables(Map<?, ?> table) {
        return !table.isEmpty()
                && table.values().stream().allMatch((value) -> value instanceof Map<?, ?> || isTables(value));
    }

    private static boolean isTables(@Nullable Object value) {
        return value instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(Map.class::isInstance);
    }

    /** Any value on one line, its tables in their own order. */
    static String inline(@Nullable Object value) {
        return inline(value, false);
    }

    /** Any value on one line; the same text for all equal values. */
    static String canonical(Object value) {
        return inline(value, true);
    }

    private static String inline(@Nullable Object value, boolean sorted) {
        if (value == null) {
            throw new IllegalArgumentException("A configuration holds no null");
        }
        if (value instanceof Map<?, ?> table) {
            Map<?, ?> ordered = sorted ? new TreeMap<>(table) : table;
            if (ordered.isEmpty()) {
                return "{}";
            }
            return ordered.entrySet()
                .stream()
                .map((entry) -> Literal.key((String) entry.getKey()) + " = " + inline(entry.getValue(), sorted))
                .collect(Collectors.joining(", ", "{ ", " }"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map((item) -> inline(item, sorted)).collect(Collectors.joining(", ", "[", "]"));
        }
        return Literal.toml(value);
    }

}
