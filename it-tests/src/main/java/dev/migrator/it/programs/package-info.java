/** Which programs the test clusters are made of, and where they come from on this machine. */
@NullMarked
package dev.migrator.it.programs;

import org.jspecify.annotations.NullMarked;
