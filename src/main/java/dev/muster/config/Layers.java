package dev.muster.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Puts the layers of a configuration on top of each other: the package's defaults, the
 * environment, the user's file, what was applied to the group.
 */
public final class Layers {

    /** Stands for a value that came encrypted. */
    public static final String MARKER = "(encrypted)";

    private Layers() {
    }

    /**
     * Merges layers. Two tables merge key by key; of anything else, lists included, the
     * stronger layer's is taken whole. No layer can take a key of a weaker one away.
     *
     * <p>
     * The weakest layer keeps its order; what stronger ones add comes after it, sorted by
     * key. So two texts with the same {@link #contentHash} give the same order too, and a
     * template that lists keys renders the same bytes from either.
     * @param weakestFirst may be empty
     * @return unmodifiable, as {@link Toml#parse} gives it
     * @throws IllegalArgumentException when a layer is nested deeper than
     * {@link Toml#MAX_NESTING}, which none is that {@link Toml} has read
     */
    public static Map<String, Object> merge(List<Map<String, Object>> weakestFirst) {
        Map<String, Object> merged = Map.of();
        for (int i = 0; i < weakestFirst.size(); i++) {
            Map<String, Object> layer = weakestFirst.get(i);
            merged = (i == 0) ? table(layer, false, 0) : merge(merged, layer, 0);
        }
        return merged;
    }

    /**
     * Merges layers as {@link #merge} does, and says of each value which layer it is
     * from; of what came encrypted as {@link #shown} does.
     * @param weakestFirst may be empty
     * @return in the order of the merged configuration
     * @throws IllegalArgumentException as {@link #merge}
     */
    public static List<ExplainedValue> explain(List<Layer> weakestFirst) {
        List<ExplainedValue> values = new ArrayList<>();
        collect(shown(weakestFirst), new ArrayList<>(), weakestFirst, values);
        return Collections.unmodifiableList(values);
    }

    /**
     * Merges layers as {@link #merge} does, for people: {@link #MARKER} stands for a
     * value that came encrypted, and of keys that only came so nothing is seen.
     * @param weakestFirst may be empty; one that came encrypted is the strongest
     */
    public static Map<String, Object> shown(List<Layer> weakestFirst) {
        List<Map<String, Object>> all = weakestFirst.stream().map(Layer::tree).toList();
        if (weakestFirst.stream().noneMatch(Layer::encrypted)) {
            return merge(all);
        }
        int plain = weakestFirst.size() - 1;
        if (weakestFirst.subList(0, plain).stream().anyMatch(Layer::encrypted)) {
            throw new IllegalArgumentException("Only the strongest layer may have come encrypted");
        }
        return shown(merge(all.subList(0, plain)), all.get(plain));
    }

    private static Map<String, Object> shown(Map<?, ?> plain, Map<?, ?> encrypted) {
        Map<String, Object> shown = new LinkedHashMap<>();
        plain.forEach((key, value) -> {
            Object hidden = encrypted.get(key);
            if (value instanceof Map<?, ?> left && hidden instanceof Map<?, ?> right) {
                shown.put((String) key, shown(left, right));
            }
            else {
                shown.put((String) key, (hidden != null) ? MARKER : value);
            }
        });
        return Collections.unmodifiableMap(shown);
    }

    private static void collect(Map<?, ?> table, List<String> path, List<Layer> layers, List<ExplainedValue> values) {
        table.forEach((key, value) -> {
            path.add((String) key);
            if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
                collect(inner, path, layers, values);
            }
            else {
                values.add(new ExplainedValue(path, value, strongest(layers, path)));
            }
            path.remove(path.size() - 1);
        });
    }

    /**
     * What a stronger layer hides of a path is not in the merged tree, so whichever is
     * the strongest to have the path has given its value.
     */
    private static String strongest(List<Layer> layers, List<String> path) {
        for (int i = layers.size() - 1; i > 0; i--) {
            @Nullable Object found = layers.get(i).tree();
            for (String key : path) {
                found = (found instanceof Map<?, ?> table) ? table.get(key) : null;
            }
            if (found != null) {
                return layers.get(i).name();
            }
        }
        return layers.get(0).name();
    }

    private static Map<String, Object> merge(Map<?, ?> weak, Map<?, ?> strong, int nesting) {
        requireShallow(nesting);
        Map<String, Object> merged = new LinkedHashMap<>();
        weak.forEach((key, value) -> merged.put((String) key, value));
        new TreeMap<>(strong).forEach((key, value) -> {
            Object below = merged.get((String) key);
            if (below instanceof Map<?, ?> left && value instanceof Map<?, ?> right) {
                merged.put((String) key, merge(left, right, nesting + 1));
            }
            else {
                merged.put((String) key, value(value, true, nesting + 1));
            }
        });
        return Collections.unmodifiableMap(merged);
    }

    private static Object value(Object value, boolean sorted, int nesting) {
        if (value instanceof Map<?, ?> table) {
            return table(table, sorted, nesting);
        }
        if (value instanceof List<?> list) {
            requireShallow(nesting);
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach((item) -> copy.add(value(item, sorted, nesting + 1)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }

    private static Map<String, Object> table(Map<?, ?> table, boolean sorted, int nesting) {
        requireShallow(nesting);
        Map<String, Object> copy = new LinkedHashMap<>();
        Map<?, ?> ordered = sorted ? new TreeMap<>(table) : table;
        ordered.forEach((key, value) -> copy.put((String) key, value(value, sorted, nesting + 1)));
        return Collections.unmodifiableMap(copy);
    }

    private static void requireShallow(int nesting) {
        if (nesting > Toml.MAX_NESTING) {
            throw new IllegalArgumentException(
                    "Tables and lists of a layer lie in each other more than " + Toml.MAX_NESTING + " deep");
        }
    }

    /** As {@link Content#hash}: equal for two texts whose trees are equal. */
    public static String contentHash(Map<String, Object> layer) {
        return Content.hash(layer);
    }

}
