/**
 * What happens in a run, as data, and the short names of objects and steps that people read. Pure.
 */
@NullMarked
package dev.migrator.event;

import org.jspecify.annotations.NullMarked;
