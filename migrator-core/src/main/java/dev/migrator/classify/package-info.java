/**
 * What each object must be protected from, and who said so: its label, a rule of the user, its
 * owner, or built-in knowledge.
 */
@NullMarked
package dev.migrator.classify;

import org.jspecify.annotations.NullMarked;
