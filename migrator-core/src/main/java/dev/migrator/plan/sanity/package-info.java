/**
 * Named checks that every plan passes: one that was just made, and one that was read from a file.
 * Each knows one thing that must be true, and says which step or object breaks it.
 */
@NullMarked
package dev.migrator.plan.sanity;

import org.jspecify.annotations.NullMarked;
