package dev.muster.config;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Changes single keys of a layer and leaves the others as they are.
 *
 * @param set values to be set: a table is merged key by key, anything else is taken whole
 * @param unset keys to be taken out, before anything is set
 * @param words those of {@code set} that were written as bare words: texts only where the
 * key takes a text
 */
public record LayerChange(Map<String, Object> set, Set<KeyPath> unset, Set<KeyPath> words) {

    public LayerChange {
        unset = Set.copyOf(unset);
        words = Set.copyOf(words);
    }

    /** Whether it says nothing at all. */
    public boolean isEmpty() {
        return this.set.isEmpty() && this.unset.isEmpty();
    }

    /** Whether this sets the value at a path, or something in it or around it. */
    public boolean touches(List<String> path) {
        @Nullable Object value = this.set;
        for (String key : path) {
            if (!(value instanceof Map<?, ?> table)) {
                return value != null;
            }
            value = table.get(key);
        }
        return value != null;
    }

    /** The keys to be taken out that a layer does not have. */
    public Set<KeyPath> missing(Map<String, Object> layer) {
        Set<KeyPath> missing = new LinkedHashSet<>();
        this.unset.stream().sorted().filter((path) -> path.in(layer).isEmpty()).forEach(missing::add);
        return missing;
    }

    /** The layer with these changes; a table that this leaves empty goes too. */
    public Map<String, Object> applyTo(Map<String, Object> layer) {
        Map<String, Object> rest = layer;
        for (KeyPath path : this.unset) {
            rest = without(rest, path.keys());
        }
        return Layers.merge(List.of(rest, this.set));
    }

    private static Map<String, Object> without(Map<String, Object> table, List<String> keys) {
        Map<String, Object> rest = new LinkedHashMap<>(table);
        String key = keys.get(0);
        if (keys.size() == 1) {
            rest.remove(key);
        }
        else if (rest.get(key) instanceof Map<?, ?> inner) {
            Map<String, Object> below = new LinkedHashMap<>();
            inner.forEach((name, value) -> below.put((String) name, value));
            Map<String, Object> left = without(below, keys.subList(1, keys.size()));
            if (left.isEmpty() && !below.isEmpty()) {
                rest.remove(key);
            }
            else {
                rest.put(key, left);
            }
        }
        return rest;
    }

}
