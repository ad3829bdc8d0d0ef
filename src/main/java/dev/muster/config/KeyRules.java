package dev.muster.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a package expects of its configuration: by the schema it ships, or else by what
 * its defaults and templates show.
 */
public sealed interface KeyRules permits KnownKeys, SchemaRules {

    /** What is not as expected in a layer that is put over the package's defaults. */
    List<Finding> check(Map<String, Object> layer);

    /** The values that are secret: nothing that is said of them has them in it. */
    SecretKeys secrets();

    /** The type that a value has there; empty where that is not known, or any will do. */
    Optional<ValueType> type(KeyPath key);

}
