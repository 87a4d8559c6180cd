/**
 * The runbooks: planning and moving, each readable on one screen. The only package that knows all
 * others.
 */
@NullMarked
package dev.migrator.runbook;

import org.jspecify.annotations.NullMarked;
