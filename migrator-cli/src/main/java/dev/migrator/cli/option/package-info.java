/** Options that several commands share, as picocli mixins. */
@NullMarked
package dev.migrator.cli.option;

import org.jspecify.annotations.NullMarked;
