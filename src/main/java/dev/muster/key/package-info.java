/**
 * Secrets and what is made with them: who a node is, who belongs to a ring, who may read
 * a group's configuration, and who may change it.
 */
@NullMarked
package dev.muster.key;

import org.jspecify.annotations.NullMarked;
