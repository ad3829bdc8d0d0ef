package dev.muster.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads out of a schema which values are secret: those with {@code "writeOnly": true}.
 * Where it is not certain of which values that is said, more are taken for secret.
 *
 * @see <a href=
 * "https://json-schema.org/draft/2020-12/json-schema-validation#section-9.4">JSON Schema
 * Validation, 9.4</a>
 */
final class SecretAnnotations {

    private static final JsonMapper JSON = new JsonMapper();

    /** Hold of the same value as the schema they stand in. */
    private static final List<String> ALONGSIDE = List.of("allOf", "anyOf", "oneOf", "if", "then", "else", "not",
            "dependentSchemas");

    /** Hold of values whose keys, or places, the schema does not name. */
    private static final List<String> WITHIN = List.of("items", "prefixItems", "contains", "additionalItems",
            "unevaluatedItems", "additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames");

    private final JsonNode root;

    private final Set<List<String>> found = new LinkedHashSet<>();

    private SecretAnnotations(JsonNode root) {
        this.root = root;
    }

    /** Of a text that is no schema: everything, for nobody can tell. */
    static SecretKeys of(String schema) {
        JsonNode root;
        try {
            root = JSON.readTree(schema);
        }
        catch (JacksonException ex) {
            return SecretKeys.EVERYTHING;
        }
        if (root.findValues("writeOnly").isEmpty()) {
            return SecretKeys.NONE;
        }
        SecretAnnotations annotations = new SecretAnnotations(root);
        annotations.read(root, new ArrayList<>(), Set.of());
        return SecretKeys.of(annotations.found);
    }

    /**
     * @param path of the values that it is of
     * @param around references that were followed to get here
     */
    private void read(JsonNode schema, List<String> path, Set<String> around) {
        if (marked(schema)) {
            this.found.add(List.copyOf(path));
            return;
        }
        if (schema.get("properties") instanceof ObjectNode properties) {
            properties.properties().forEach((property) -> {
                path.add(property.getKey());
                read(property.getValue(), path, around);
                path.remove(path.size() - 1);
            });
        }
        for (String keyword : ALONGSIDE) {
            each(schema.get(keyword), keyword.equals("dependentSchemas"), (part) -> read(part, path, around));
        }
        for (String keyword : WITHIN) {
            each(schema.get(keyword), keyword.equals("patternProperties"), (part) -> {
                if (anySecret(part, around)) {
                    this.found.add(List.copyOf(path));
                }
            });
        }
        follow(schema, path, around);
    }

    private void follow(JsonNode schema, List<String> path, Set<String> around) {
        for (String keyword : List.of("$ref", "$dynamicRef", "$recursiveRef")) {
            JsonNode reference = schema.get(keyword);
            if (reference == null) {
                continue;
            }
            String text = reference.asString("");
            JsonNode target = target(text);
            if (target == null || around.contains(text)) {
                // Elsewhere, or in itself: secrets may be at any depth.
                this.found.add(List.copyOf(path));
                continue;
            }
            Set<String> further = new HashSet<>(around);
            further.add(text);
            read(target, path, further);
        }
    }

    private @Nullable JsonNode target(String reference) {
        if (reference.equals("#")) {
            return this.root;
        }
        if (!reference.startsWith("#/")) {
            return null;
        }
        JsonNode target = this.root.at(reference.substring(1));
        return target.isMissingNode() ? null : target;
    }

    /** Whether something in a schema is secret, wherever. */
    private boolean anySecret(JsonNode schema, Set<String> around) {
        SecretAnnotations within = new SecretAnnotations(this.root);
        within.read(schema, new ArrayList<>(), around);
        return !within.found.isEmpty();
    }

    private static boolean marked(JsonNode schema) {
        JsonNode mark = schema.get("writeOnly");
        return mark != null && mark.asBoolean(true);
    }

    private static void each(@Nullable JsonNode part, boolean named, java.util.function.Consumer<JsonNode> action) {
        if (part == null) {
            return;
        }
        if (part.isArray() || named) {
            part.forEach(action);
        }
        else {
            action.accept(part);
        }
    }

}
