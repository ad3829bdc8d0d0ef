/**
 * Demos: Supervisors on this host, real services, and what becomes of them by a change,
 * or by the death of a leader.
 */
@NullMarked
package dev.muster.demo;

import org.jspecify.annotations.NullMarked;
