/** The plan as a text file: written, read, and checked when it is read. Pure. */
@NullMarked
package dev.migrator.plan.file;

import org.jspecify.annotations.NullMarked;
