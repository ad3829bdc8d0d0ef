package dev.muster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a tree.
 *
 * @param keys from the root on, at least one
 */
public record KeyPath(List<String> keys) implements Comparable<KeyPath> {

    public KeyPath {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("A key path has at least one key");
        }
    }

    /**
     * Reads a path as people write it: {@code tls.port}, with quotes around a key that
     * needs them.
     * @throws InvalidTomlException when it is none
     */
    public static KeyPath parse(String text) {
        Map<?, ?> tree = Toml.parse(text + " = 0");
        List<String> keys = new ArrayList<>();
        @Nullable Object value = tree;
        while (value instanceof Map<?, ?> table && table.size() == 1) {
            Object key = table.keySet().iterator().next();
            keys.add((String) key);
            value = table.get(key);
        }
        if (!Long.valueOf(0).equals(value) || keys.isEmpty() || text.indexOf('\n') >= 0
                || text.indexOf('=') >= 0 && !Literal.path(keys).equals(text.replace(" ", ""))) {
            throw new InvalidTomlException(1, 1, "\"" + text + "\" is no key: write tls.port, and quotes around a key "
                    + "that has other characters than letters, digits, _ and -", text);
        }
        return new KeyPath(keys);
    }

    /** The value there, if there is one. */
    public Optional<Object> in(Map<String, Object> tree) {
        @Nullable Object value = tree;
        for (String key : this.keys) {
            value = (value instanceof Map<?, ?> table) ? table.get(key) : null;
        }
        return Optional.ofNullable(value);
    }

    /** As people write it. */
    @Override
    public String toString() {
        return Literal.path(this.keys);
    }

    @Override
    public int compareTo(KeyPath other) {
        return toString().compareTo(other.toString());
    }

}
