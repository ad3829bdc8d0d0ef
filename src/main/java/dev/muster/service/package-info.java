/**
 * The services of this node: what was asked of each, what its process does, how a change
 * of configuration is rendered, judged and taken.
 */
@NullMarked
package dev.muster.service;

import org.jspecify.annotations.NullMarked;
