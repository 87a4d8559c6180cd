/** The command line: what people type and see. */
@NullMarked
package dev.migrator.cli;

import org.jspecify.annotations.NullMarked;
