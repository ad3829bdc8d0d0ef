package dev.muster.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /**
     * The values that differ, sorted by key; a list is one value. Of secrets is told that
     * they differ, and no more.
     */
    public static List<ChangedValue> changes(Map<String, Object> before, Map<String, Object> after,
            SecretKeys secrets) {
        List<ChangedValue> changes = new ArrayList<>();
        TreeMap<String, String> left = new TreeMap<>();
        TreeMap<String, String> right = new TreeMap<>();
        Set<String> hidden = new HashSet<>();
        flatten(new ArrayList<>(), before, secrets, left, hidden);
        flatten(new ArrayList<>(), after, secrets, right, hidden);
        TreeSet<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String key : keys) {
            if (!Objects.equals(left.get(key), right.get(key))) {
                changes.add(hidden.contains(key) ? new ChangedValue(key, marked(left.get(key)), marked(right.get(key)))
                        : new ChangedValue(key, left.get(key), right.get(key)));
            }
        }
        return List.copyOf(changes);
    }

    private static @Nullable String marked(@Nullable String value) {
        return (value != null) ? SecretKeys.MARKER : null;
    }

    private static void flatten(List<String> path, Object value, SecretKeys secrets, Map<String, String> values,
            Set<String> hidden) {
        boolean secret = !path.isEmpty() && secrets.hides(path, value);
        if (!secret && value instanceof Map<?, ?> table && (!table.isEmpty() || path.isEmpty())) {
            table.forEach((key, inner) -> {
                path.add((String) key);
                flatten(path, inner, secrets, values, hidden);
                path.remove(path.size() - 1);
            });
        }
        else {
            values.put(Literal.path(path), TomlWriter.canonical(value));
            if (secret) {
                hidden.add(Literal.path(path));
            }
        }
    }

    /**
     * The keys whose values differ, sorted, one line each: {@code - port = 6379} for what
     * is only before, {@code + port = 2112} for what is only after. Keys in tables have
     * their whole path; a list is one value. Of a secret that differs both lines say the
     * same.
     */
    public static List<String> difference(Map<String, Object> before, Map<String, Object> after, SecretKeys secrets) {
        List<String> lines = new ArrayList<>();
        for (ChangedValue change : changes(before, after, secrets)) {
            if (change.before() != null) {
                lines.add("- " + change.key() + " = " + change.before());
            }
            if (change.after() != null) {
                lines.add("+ " + change.key() + " = " + change.after());
            }
        }
        return List.copyOf(lines);
    }

}
