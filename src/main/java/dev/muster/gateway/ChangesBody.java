package dev.muster.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.muster.config.InvalidTomlException;
import dev.muster.config.KeyPath;
import dev.muster.config.LayerChange;
import org.jspecify.annotations.Nullable;

/**
 * Changes of single keys as they came over the wire: {@code set}, a tree; {@code unset},
 * a list of keys; {@code words}, a list of those keys in {@code set} whose text was
 * written without quotes.
 */
final class ChangesBody {

    private static final Set<String> MEMBERS = Set.of("set", "unset", "words");

    private ChangesBody() {
    }

    /**
     * @throws ProblemException when it says something else, or nothing
     */
    static LayerChange read(ConfigBody body) {
        Set<String> unknown = new TreeSet<>(body.tree().keySet());
        unknown.removeAll(MEMBERS);
        if (!unknown.isEmpty()) {
            throw bad("Changes are {\"set\": {...}, \"unset\": [...]}; here is also " + String.join(", ", unknown));
        }
        LayerChange change = new LayerChange(table(body.tree().get("set")), keys("unset", body.tree().get("unset")),
                keys("words", body.tree().get("words")));
        if (change.isEmpty()) {
            throw bad("There is nothing to change: give \"set\" or \"unset\"");
        }
        for (KeyPath word : change.words()) {
            if (!(word.in(change.set()).orElse(null) instanceof String)) {
                throw bad("\"words\" names " + word + ", which \"set\" has not as a text");
            }
        }
        return change;
    }

    /**
     * A layer to be put over another one.
     * @throws ProblemException when it says nothing
     */
    static LayerChange patch(ConfigBody body) {
        if (body.tree().isEmpty()) {
            throw new ProblemException(ProblemType.INVALID_CONFIG, "The text is empty, so there is nothing to change");
        }
        return new LayerChange(body.tree(), Set.of(), Set.of());
    }

    private static Map<String, Object> table(@Nullable Object value) {
        Map<String, Object> table = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> given) {
            given.forEach((key, inner) -> table.put((String) key, inner));
        }
        else if (value != null) {
            throw bad("\"set\" is a table of keys and values, and this one is none");
        }
        return table;
    }

    private static Set<KeyPath> keys(String member, @Nullable Object value) {
        Set<KeyPath> keys = new TreeSet<>();
        if (value instanceof List<?> given) {
            for (Object key : given) {
                if (!(key instanceof String text)) {
                    throw bad("\"" + member + "\" is a list of keys, and has something else in it");
                }
                try {
                    keys.add(KeyPath.parse(text));
                }
                catch (InvalidTomlException ex) {
                    throw bad("\"" + member + "\": " + ex.problem()).with("key", text);
                }
            }
        }
        else if (value != null) {
            throw bad("\"" + member + "\" is a list of keys, as [\"tls.port\"]");
        }
        return keys;
    }

    private static ProblemException bad(String detail) {
        return new ProblemException(ProblemType.BAD_REQUEST, detail);
    }

}
