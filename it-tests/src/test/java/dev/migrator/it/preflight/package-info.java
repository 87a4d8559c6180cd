/** What the preflight foretells, held against what a real server does. */
@NullMarked
package dev.migrator.it.preflight;

import org.jspecify.annotations.NullMarked;
