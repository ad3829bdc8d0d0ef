package dev.muster.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/** What makes two configurations the same, and what tells them apart. */
public final class Content {

    private Content() {
    }

    /**
     * One text for all trees that are equal, whatever the order of their keys and
     * whatever Java type holds an integer: a TOML value on one line, its keys sorted. It
     * keeps types apart, as 1 from 1.0 and from "1".
     */
    public static String canonical(Map<String, Object> tree) {
        return TomlWriter.canonical(tree);
    }

    /** The SHA-256 of {@link #canonical}, as 64 hexadecimal digits. */
    public static String hash(Map<String, Object> tree) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(canonical(tree).getBytes(StandardCharsets.UTF_8)));
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

    /** The values that differ, sorted by key; a list is one value. */
    public static List<ChangedValue> changes(Map<String, Object> before, Map<String, Object> after) {
        List<ChangedValue> changes = new ArrayList<>();
        TreeMap<String, String> left = new TreeMap<>();
        TreeMap<String, String> right = new TreeMap<>();
        flatten(new ArrayList<>(), before, left);
        flatten(new ArrayList<>(), after, right);
        TreeSet<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String key : keys) {
            if (!Objects.equals(left.get(key), right.get(key))) {
                changes.add(new ChangedValue(key, left.get(key), right.get(key)));
            }
        }
        return List.copyOf(changes);
    }

    private static void flatten(List<String> path, Object value, Map<String, String> values) {
        if (value instanceof Map<?, ?> table && (!table.isEmpty() || path.isEmpty())) {
            table.forEach((key, inner) -> {
                path.add((String) key);
                flatten(path, inner, values);
                path.remove(path.size() - 1);
            });
        }
        else {
            values.put(Literal.path(path), TomlWriter.canonical(value));
        }
    }

    /**
     * The keys whose values differ, sorted, one line each: {@code - port = 6379} for what
     * is only before, {@code + port = 2112} for what is only after. Keys in tables have
     * their whole path; a list is one value.
     */
    public static List<String> difference(Map<String, Object> before, Map<String, Object> after) {
        List<String> lines = new ArrayList<>();
        compare(new ArrayList<>(), before, after, lines);
        return List.copyOf(lines);
    }

    private static void compare(List<String> path, Map<?, ?> before, Map<?, ?> after, List<String> lines) {
        TreeSet<Object> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (Object key : keys) {
            path.add((String) key);
            compare(path, before.get(key), after.get(key), lines);
            path.remove(path.size() - 1);
        }
    }

    private static void compare(List<String> path, @Nullable Object before, @Nullable Object after,
            List<String> lines) {
        if (before instanceof Map<?, ?> left && after instanceof Map<?, ?> right) {
            compare(path, left, right, lines);
        }
        else if (before == null || after == null || !TomlWriter.canonical(before).equals(TomlWriter.canonical(after))) {
            list("- ", path, before, lines);
            list("+ ", path, after, lines);
        }
    }

    private static void list(String mark, List<String> path, @Nullable Object value, List<String> lines) {
        if (value instanceof Map<?, ?> table && !table.isEmpty()) {
            for (Object key : new TreeSet<Object>(table.keySet())) {
                path.add((String) key);
                list(mark, path, table.get(key), lines);
                path.remove(path.size() - 1);
            }
        }
        else if (value != null) {
            lines.add(mark + Literal.path(path) + " = " + TomlWriter.canonical(value));
        }
    }

}
