/**
 * What is checked before a move: what cannot be undone, what the target will refuse or change, what
 * is missing. Pure: objects of the source in, answers of both clusters by way of {@link
 * dev.migrator.check.ClusterView}, findings out. A check is one class, listed in {@link
 * dev.migrator.check.Checks}.
 */
@NullMarked
package dev.migrator.check;

import org.jspecify.annotations.NullMarked;
