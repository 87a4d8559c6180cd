/** What people see: streams, colours, progress. */
@NullMarked
package dev.migrator.cli.output;

import org.jspecify.annotations.NullMarked;
