/**
 * The two HTTP listeners: control, behind a secret, and reading. Nothing is decided here.
 */
@NullMarked
package dev.muster.gateway;

import org.jspecify.annotations.NullMarked;
