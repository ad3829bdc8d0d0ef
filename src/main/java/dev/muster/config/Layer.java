package dev.muster.config;

import java.util.Map;

/**
 * One of the layers that a configuration is merged from, and what people know it by.
 *
 * @param name as {@code default.toml}
 * @param tree as {@link Toml#parse} gives it
 * @param encrypted whether it came so, so that nothing in it may be shown
 */
public record Layer(String name, Map<String, Object> tree, boolean encrypted) {

    /** One that may be shown. */
    public Layer(String name, Map<String, Object> tree) {
        this(name, tree, false);
    }

    /** Says nothing of what is in it. */
    @Override
    public String toString() {
        return this.name;
    }

}
