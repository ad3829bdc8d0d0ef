package dev.muster.config;

import java.util.Map;

/**
 * One of the layers that a configuration is merged from, and what people know it by.
 *
 * @param name as {@code default.toml}
 * @param tree as {@link Toml#parse} gives it
 */
public record Layer(String name, Map<String, Object> tree) {

}
