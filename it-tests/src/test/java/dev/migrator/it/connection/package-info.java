/** How the tool's connections behave on real API servers: logins, crowds, restarts. */
@NullMarked
package dev.migrator.it.connection;

import org.jspecify.annotations.NullMarked;
