/**
 * New releases of packages: where they come from, when they are looked for, and what a
 * service does that takes them by itself.
 */
@NullMarked
package dev.muster.update;

import org.jspecify.annotations.NullMarked;
