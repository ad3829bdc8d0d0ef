/**
 * Service groups: who belongs to them, how each member is, which revision of their
 * configuration holds, and the door that new revisions pass.
 */
@NullMarked
package dev.muster.group;

import org.jspecify.annotations.NullMarked;
