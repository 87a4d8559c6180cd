/** The published schemas are true of the documents that the program reads and writes. */
@NullMarked
package dev.migrator.schema;

import org.jspecify.annotations.NullMarked;
