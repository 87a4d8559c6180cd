/** The pure parts whose cost every object pays, one at a time. Only {@code -Pbench} compiles it. */
@NullMarked
package dev.migrator.it.jmh;

import org.jspecify.annotations.NullMarked;
