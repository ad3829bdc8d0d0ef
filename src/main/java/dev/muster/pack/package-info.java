/**
 * Package directories: their idents, where they are looked for, and what is in them.
 */
@NullMarked
package dev.muster.pack;

import org.jspecify.annotations.NullMarked;
