/** Real clusters as parameters of JUnit tests. */
@NullMarked
package dev.migrator.it.junit;

import org.jspecify.annotations.NullMarked;
