/**
 * Packages from archives: read, checked, put below the root and taken away again.
 */
@NullMarked
package dev.muster.archive;

import org.jspecify.annotations.NullMarked;
