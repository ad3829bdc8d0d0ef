/**
 * The disk of one node: the log of durable facts, the layout of the root directory, and
 * who holds it.
 */
@NullMarked
package dev.muster.store;

import org.jspecify.annotations.NullMarked;
