/**
 * The user's document: what travels, what is protected from what, which names change, and how
 * patient to be. Apart from {@code plan}, because inventory, sanitize and classify read it too.
 */
@NullMarked
package dev.migrator.migration;

import org.jspecify.annotations.NullMarked;
