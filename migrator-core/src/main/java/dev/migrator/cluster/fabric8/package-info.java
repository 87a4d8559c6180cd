/**
 * Real API servers, through fabric8's configuration and HTTP client. Bytes go in and out: no typed
 * models, and none of the library's retries of writes. The only package that knows the library.
 */
@NullMarked
package dev.migrator.cluster.fabric8;

import org.jspecify.annotations.NullMarked;
