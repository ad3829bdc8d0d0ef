/**
 * Facts that members pass on: their total order, what is kept of them, how members come
 * to hold the same ones. Knows nothing of what the facts say.
 */
@NullMarked
package dev.muster.rumor;

import org.jspecify.annotations.NullMarked;
