/** Pages in a real browser. */
@NullMarked
package dev.migrator.it.browser;

import org.jspecify.annotations.NullMarked;
