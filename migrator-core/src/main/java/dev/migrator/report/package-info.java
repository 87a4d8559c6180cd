/** What happens and what happened, as data, and its renderings as text, JSON and HTML. Pure. */
@NullMarked
package dev.migrator.report;

import org.jspecify.annotations.NullMarked;
