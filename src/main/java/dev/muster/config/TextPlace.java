package dev.muster.config;

/**
 * A place in a text, both counted from 1.
 *
 * @param column in characters
 */
public record TextPlace(int line, int column) {
}
