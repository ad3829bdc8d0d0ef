package dev.muster.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which values of a configuration are secret. Whatever shows a configuration shows it by
 * this, so that there is one place that says what is seen.
 *
 * <p>
 * A path hides what stands there and all that lies in it. A value that stands where a
 * table with a secret in it belongs is hidden too: nobody knows what it holds. A list is
 * one value.
 *
 * @param paths keys from the root on; an empty path hides everything. Sorted
 */
public record SecretKeys(Set<List<String>> paths) {

    /** What is shown in place of a secret; says nothing of its length. */
    public static final String MARKER = "(secret)";

    /** Nothing is secret. */
    public static final SecretKeys NONE = new SecretKeys(Set.of());

    /** Everything is: of what came encrypted, or where nobody can tell. */
    public static final SecretKeys EVERYTHING = new SecretKeys(Set.of(List.of()));

    /** What a fact has room for; a package that marks more has everything hidden. */
    private static final int MOST_CHARACTERS = 8_192;

    public SecretKeys {
        TreeMap<String, List<String>> sorted = new TreeMap<>();
        int characters = 0;
        for (List<String> path : paths) {
            List<String> copy = List.copyOf(path);
            sorted.put(Literal.path(copy), copy);
            characters += copy.stream().mapToInt((key) -> key.length() + 1).sum();
        }
        boolean everything = sorted.containsKey("") && sorted.get("").isEmpty() || characters > MOST_CHARACTERS;
        paths = everything ? Set.of(List.of()) : Collections.unmodifiableSet(new LinkedHashSet<>(sorted.values()));
    }

    /** These paths. */
    public static SecretKeys of(Collection<List<String>> paths) {
        return new SecretKeys(new LinkedHashSet<>(paths));
    }

    /**
     * Those that a schema marks with {@code "writeOnly": true}.
     * @param schema a JSON Schema; of a text that is none, everything is secret
     */
    public static SecretKeys ofSchema(String schema) {
        return SecretAnnotations.of(schema);
    }

    /** What this hides, and what another one does. */
    public SecretKeys and(SecretKeys other) {
        if (other.isEmpty() || equals(other)) {
            return this;
        }
        List<List<String>> both = new ArrayList<>(this.paths);
        both.addAll(other.paths);
        return of(both);
    }

    /** Whether nothing is secret. */
    public boolean isEmpty() {
        return this.paths.isEmpty();
    }

    /** Whether what stands at a path is not to be shown. */
    public boolean hides(List<String> path, Object value) {
        boolean table = value instanceof Map<?, ?>;
        return this.paths.stream().anyMatch((secret) -> startsWith(path, secret) || !table && startsWith(secret, path));
    }

    /**
     * Whether a path leads to a secret, into one, or to something that has one in it: who
     * speaks of it must not quote anything.
     */
    public boolean touches(List<String> path) {
        return this.paths.stream().anyMatch((secret) -> startsWith(path, secret) || startsWith(secret, path));
    }

    /** As much of a path as may be shown: keys inside of a secret are secret, too. */
    public List<String> shown(List<String> path) {
        return this.paths.stream()
            .filter((secret) -> startsWith(path, secret))
            .map(List::size)
            .min(Integer::compare)
            .map((length) -> path.subList(0, Math.min(path.size(), Math.max(1, length))))
            .orElse(path);
    }

    private static boolean startsWith(List<String> path, List<String> beginning) {
        return path.size() >= beginning.size() && path.subList(0, beginning.size()).equals(beginning);
    }

    /** The same tree with {@link #MARKER} in place of every secret. */
    public Map<String, Object> redact(Map<String, Object> tree) {
        return isEmpty() ? tree : redact(new ArrayList<>(), tree);
    }

    private Map<String, Object> redact(List<String> path, Map<?, ?> table) {
        Map<String, Object> shown = new LinkedHashMap<>();
        table.forEach((key, value) -> {
            path.add((String) key);
            if (hides(path, value)) {
                shown.put((String) key, MARKER);
            }
            else {
                shown.put((String) key, (value instanceof Map<?, ?> inner) ? redact(path, inner) : value);
            }
            path.remove(path.size() - 1);
        });
        return Collections.unmodifiableMap(shown);
    }

    /**
     * The first secret whose value is what is shown in place of one, which somebody may
     * have copied; what was meant is lost then.
     * @return its path as people write it
     */
    public Optional<String> copied(Map<String, Object> tree) {
        return copied(new ArrayList<>(), tree);
    }

    private Optional<String> copied(List<String> path, Object value) {
        if (value instanceof Map<?, ?> table) {
            for (Map.Entry<?, ?> entry : table.entrySet()) {
                path.add((String) entry.getKey());
                Optional<String> found = copied(path, entry.getValue());
                path.remove(path.size() - 1);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
        boolean marked = MARKER.equals(value)
                || value instanceof List<?> list && list.stream().anyMatch(MARKER::equals);
        return (marked && hides(path, value)) ? Optional.of(Literal.path(path)) : Optional.empty();
    }

    /** Names the keys, never a value. */
    @Override
    public String toString() {
        return this.paths.stream().map(Literal::path).collect(Collectors.joining(", ", "SecretKeys[", "]"));
    }

}
