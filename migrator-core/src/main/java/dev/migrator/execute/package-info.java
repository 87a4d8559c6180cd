/**
 * Makes a plan happen: intent to the journal, request to the cluster, outcome to the journal, step
 * by step in the order of their needs, many at once. The only package that writes to clusters.
 */
@NullMarked
package dev.migrator.execute;

import org.jspecify.annotations.NullMarked;
