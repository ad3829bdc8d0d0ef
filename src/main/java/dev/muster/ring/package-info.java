/**
 * The ring on JGroups: the other members as messages and as a list of who is present. The
 * only package that knows {@code org.jgroups}.
 */
@NullMarked
package dev.muster.ring;

import org.jspecify.annotations.NullMarked;
