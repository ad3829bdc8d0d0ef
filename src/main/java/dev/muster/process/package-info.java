/**
 * The operating system's side of services: processes and their groups, users, files that
 * processes write to. The only package that starts processes.
 */
@NullMarked
package dev.muster.process;

import org.jspecify.annotations.NullMarked;
