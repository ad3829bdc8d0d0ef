/**
 * The demo: four Supervisors on this host, two groups, one change, and what each of them
 * made of it.
 */
@NullMarked
package dev.muster.demo;

import org.jspecify.annotations.NullMarked;
