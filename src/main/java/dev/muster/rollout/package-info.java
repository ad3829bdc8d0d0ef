/**
 * Rollouts: in which order the members of a group take a change, who may take it now, and
 * what follows when one of them fails. Rules only; whoever knows the ring asks them.
 */
@NullMarked
package dev.muster.rollout;

import org.jspecify.annotations.NullMarked;
