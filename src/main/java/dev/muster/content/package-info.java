/**
 * Content too large for a fact: named by its hash, kept as files, and brought from member
 * to member in chunks.
 */
@NullMarked
package dev.muster.content;

import org.jspecify.annotations.NullMarked;
