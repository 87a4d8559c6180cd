/** One class a command: reads its options, calls the core, says what came of it. */
@NullMarked
package dev.migrator.cli.command;

import org.jspecify.annotations.NullMarked;
