/** Secrets and what is made with them: the key pair that a node is known by. */
@NullMarked
package dev.muster.key;

import org.jspecify.annotations.NullMarked;
