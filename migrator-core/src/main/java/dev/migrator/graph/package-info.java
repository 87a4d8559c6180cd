/**
 * Who needs whom: reference extractors, one a source kind, and the graph that orders them. The only
 * package that knows JGraphT.
 */
@NullMarked
package dev.migrator.graph;

import org.jspecify.annotations.NullMarked;
