/**
 * Configuration of services: TOML, the layers it comes in and how they merge, what makes
 * two layers the same, and the templates that are rendered from it.
 */
@NullMarked
package dev.muster.config;

import org.jspecify.annotations.NullMarked;
