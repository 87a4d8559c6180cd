/** The disks that real nodes of two clusters share, and what was done to them. */
@NullMarked
package dev.migrator.it.disk;

import org.jspecify.annotations.NullMarked;
