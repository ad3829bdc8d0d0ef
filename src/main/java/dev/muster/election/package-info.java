/**
 * Elections: who of a group leads it, for how long, and who may say so. Decisions only;
 * time, chance, disk and messages come from outside.
 */
@NullMarked
package dev.muster.election;

import org.jspecify.annotations.NullMarked;
