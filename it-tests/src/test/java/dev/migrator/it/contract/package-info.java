/** One suite of behaviour for every cluster adapter, simulated or real. */
@NullMarked
package dev.migrator.it.contract;

import org.jspecify.annotations.NullMarked;
