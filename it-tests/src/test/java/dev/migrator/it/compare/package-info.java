/**
 * What both clusters hold, as kubectl prints it, compared with what was planned. Shares no code
 * with the tool that is judged.
 */
@NullMarked
package dev.migrator.it.compare;

import org.jspecify.annotations.NullMarked;
