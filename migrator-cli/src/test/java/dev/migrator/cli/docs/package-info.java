/** What the documentation says is true of the program. */
@NullMarked
package dev.migrator.cli.docs;

import org.jspecify.annotations.NullMarked;
