/** Manifests of public projects, as test data: what real people write. */
@NullMarked
package dev.migrator.it.corpus;

import org.jspecify.annotations.NullMarked;
