package dev.muster.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The <a href="https://json-schema.org/draft/2020-12">JSON Schema</a> that a package
 * ships, held against its defaults with a layer over them. What the defaults alone break
 * is the package's own matter. Dates are texts here, as in JSON.
 *
 * <p>
 * A table whose keys the schema lists is closed, also where it does not say so; where it
 * is put together of several schemas, or says itself what else may be there, that holds.
 */
public final class SchemaRules implements KeyRules {

    private static final JsonMapper JSON = new JsonMapper();

    /** With one of these, a list of keys need not be all there is. */
    private static final List<String> OPENING = List.of("additionalProperties", "unevaluatedProperties",
            "patternProperties", "allOf", "anyOf", "oneOf", "$ref", "$dynamicRef", "if", "dependentSchemas");

    private final JsonNode source;

    private final Schema schema;

    private final Map<String, Object> defaults;

    private final SecretKeys secrets;

    /**
     * @param text of the schema
     * @throws IllegalArgumentException when it is no schema, with the reason
     */
    public SchemaRules(String text, Map<String, Object> defaults) {
        try {
            this.source = JSON.readTree(text);
        }
        catch (JacksonException ex) {
            throw new IllegalArgumentException("it is not JSON: " + ex.getOriginalMessage(), ex);
        }
        if (!this.source.isObject()) {
            throw new IllegalArgumentException("a schema is a JSON object");
        }
        this.defaults = defaults;
        this.secrets = SecretKeys.ofSchema(text);
        close(this.source);
        try {
            this.schema = SchemaRegistry
                .withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
                        (builder) -> builder.schemaRegistryConfig(
                                com.networknt.schema.SchemaRegistryConfig.builder().locale(Locale.ENGLISH).build()))
                .getSchema(this.source);
            this.schema.initializeValidators();
        }
        catch (RuntimeException ex) {
            throw new IllegalArgumentException("it is no schema that can be used: " + ex.getMessage(), ex);
        }
    }

    private static void close(JsonNode node) {
        if (!(node instanceof ObjectNode object) || !(object.get("properties") instanceof ObjectNode properties)) {
            JsonNode items = node.get("items");
            if (items != null) {
                close(items);
            }
            return;
        }
        if (OPENING.stream().noneMatch(object::has)) {
            object.put("additionalProperties", false);
        }
        else if (List.of("allOf", "anyOf", "oneOf", "$ref", "if").stream().anyMatch(object::has)) {
            return;
        }
        properties.properties().forEach((property) -> close(property.getValue()));
    }

    @Override
    public SecretKeys secrets() {
        return this.secrets;
    }

    @Override
    public List<Finding> check(Map<String, Object> layer) {
        Set<String> own = new HashSet<>();
        this.schema.validate(tree(this.defaults)).forEach((error) -> own.add(identity(error)));
        List<Finding> findings = new ArrayList<>();
        for (Error error : this.schema.validate(tree(Layers.merge(List.of(this.defaults, layer))))) {
            if (!own.contains(identity(error))) {
                findings.add(finding(error));
            }
        }
        return findings;
    }

    private static String identity(Error error) {
        JsonNode value = error.getInstanceNode();
        return error.getInstanceLocation() + " " + error.getKeyword() + " " + error.getProperty() + " "
                + ((value != null && value.isValueNode()) ? value : "");
    }

    private Finding finding(Error error) {
        List<String> path = new ArrayList<>();
        for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
            path.add(error.getInstanceLocation().getName(i));
        }
        String property = error.getProperty();
        if (!this.secrets.shown(path).equals(path) || property != null && within(path, property)) {
            return unshown(error, this.secrets.shown(path));
        }
        if (error.getKeyword().equals("additionalProperties") || error.getKeyword().equals("unevaluatedProperties")) {
            List<String> among = new ArrayList<>();
            JsonNode table = at(path);
            if (table != null && table.get("properties") != null) {
                among.addAll(table.get("properties").propertyNames());
            }
            String key = (property != null) ? property : "";
            List<String> meant = new ArrayList<>(path);
            path.add(key);
            String suggestion = Nearest.to(key, among).map((name) -> {
                meant.add(name);
                return Literal.path(meant);
            }).orElse(null);
            return new Finding(Finding.Kind.UNKNOWN_KEY, path, "the package's schema has no key " + Literal.path(path),
                    suggestion);
        }
        if (error.getKeyword().equals("required") && property != null) {
            path.add(property);
            // The environment or user.toml of a member may have it, which nobody else
            // knows.
            return new Finding(Finding.Kind.WARNING, path, "the package's schema requires " + Literal.path(path)
                    + ", and neither its defaults nor this sets it", null);
        }
        if (this.secrets.touches(path)) {
            return unshown(error, path);
        }
        JsonNode value = error.getInstanceNode();
        String shown = (value != null && value.isValueNode()) ? " (it is " + value + ")" : "";
        return new Finding(Finding.Kind.UNFIT, path,
                (path.isEmpty() ? "the configuration" : Literal.path(path)) + ": " + error.getMessage() + shown, null);
    }

    /** Whether a key of a table is one within a secret, so that it is secret itself. */
    private boolean within(List<String> table, String key) {
        List<String> path = new ArrayList<>(table);
        path.add(key);
        return !this.secrets.shown(path).equals(path);
    }

    /** What the library says of a value may quote it, or keys in it. */
    private static Finding unshown(Error error, List<String> path) {
        return new Finding(Finding.Kind.UNFIT, path,
                (path.isEmpty() ? "the configuration" : Literal.path(path)) + ": does not fit the schema's "
                        + error.getKeyword() + "; the value is secret, or has a secret in it, and is not shown",
                null);
    }

    @Override
    public Optional<ValueType> type(KeyPath key) {
        JsonNode node = at(key.keys());
        if (node == null || node.get("type") == null) {
            return key.in(this.defaults).map(ValueType::of);
        }
        JsonNode type = node.get("type");
        if (type.isArray()) {
            return type.valueStream().anyMatch((one) -> one.asString("").equals("string")) ? Optional.of(ValueType.TEXT)
                    : Optional.empty();
        }
        return switch (type.asString("")) {
            case "string" -> Optional.of(ValueType.TEXT);
            case "integer" -> Optional.of(ValueType.INTEGER);
            case "number" -> Optional.of(ValueType.REAL);
            case "boolean" -> Optional.of(ValueType.BOOLEAN);
            case "array" -> Optional.of(ValueType.LIST);
            case "object" -> Optional.of(ValueType.TABLE);
            default -> Optional.empty();
        };
    }

    /** What the schema says of a key, as far as that is found by following its tables. */
    private @Nullable JsonNode at(List<String> path) {
        JsonNode node = this.source;
        for (String key : path) {
            JsonNode properties = (node != null) ? node.get("properties") : null;
            node = (properties != null) ? properties.get(key) : null;
        }
        return node;
    }

    private static JsonNode tree(Map<String, Object> tree) {
        return JSON.readTree(TreeText.json(tree));
    }

}
