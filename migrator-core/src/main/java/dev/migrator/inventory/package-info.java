/**
 * What exists at the source, at which version it travels, and what is left out, each with its
 * reason.
 */
@NullMarked
package dev.migrator.inventory;

import org.jspecify.annotations.NullMarked;
