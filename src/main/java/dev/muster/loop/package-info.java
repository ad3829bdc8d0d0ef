/** The one thread that owns a piece of state, as everything that runs on it sees it. */
@NullMarked
package dev.muster.loop;

import org.jspecify.annotations.NullMarked;
