/**
 * The program that is a member: its options, its wiring, and the loop that everything in
 * it runs on.
 */
@NullMarked
package dev.muster.node;

import org.jspecify.annotations.NullMarked;
