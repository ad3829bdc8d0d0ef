/**
 * The command line and the interactive shell: one list of commands, all of them clients
 * of the control gateway.
 */
@NullMarked
package dev.muster.shell;

import org.jspecify.annotations.NullMarked;
