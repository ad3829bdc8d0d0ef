/** Sources of packages: directories, and servers that are asked over HTTP. */
@NullMarked
package dev.muster.source;

import org.jspecify.annotations.NullMarked;
