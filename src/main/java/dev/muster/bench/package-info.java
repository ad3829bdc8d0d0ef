/** Measures how long a change takes, with real members in one JVM. */
@NullMarked
package dev.muster.bench;

import org.jspecify.annotations.NullMarked;
