/**
 * Who needs whom: reference extractors, one a source kind, and the graph that orders them. The only
 * room that knows JGraphT.
 */
@NullMarked
package dev.migrator.graph;

import org.jspecify.annotations.NullMarked;
