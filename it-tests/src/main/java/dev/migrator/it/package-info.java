/** The pair of real clusters for a person at a terminal. */
@NullMarked
package dev.migrator.it;

import org.jspecify.annotations.NullMarked;
