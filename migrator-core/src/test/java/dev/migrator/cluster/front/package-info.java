/**
 * An HTTP server before simulated clusters that speaks as an API server does, so that the adapter
 * of real servers can be tried against them, and faults on the wire between the two.
 */
@NullMarked
package dev.migrator.cluster.front;

import org.jspecify.annotations.NullMarked;
