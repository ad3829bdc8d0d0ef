package dev.muster.service;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.muster.config.SecretKeys;

/**
 * What a service tells others of its configuration, by the names its package gives.
 *
 * @param values secrets too: whoever is bound to the service needs them
 * @param secret names of those that are, or have a secret in them
 */
public record Exports(Map<String, Object> values, Set<String> secret) {

    /** Nothing is told. */
    public static final Exports NONE = new Exports(Map.of(), Set.of());

    public Exports {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        secret = Set.copyOf(secret);
    }

    /** Nothing of it is secret. */
    public static Exports of(Map<String, Object> values) {
        return new Exports(values, Set.of());
    }

    /** As it may be shown. */
    public Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>(this.values);
        this.secret.forEach((name) -> shown.replace(name, SecretKeys.MARKER));
        return Collections.unmodifiableMap(shown);
    }

    /** Names alone: what is secret is in no message. */
    @Override
    public String toString() {
        return "Exports" + this.values.keySet();
    }

}
