/** The cases of folder {@code plans/}, for every test that drives them. */
@NullMarked
package dev.migrator.plans;

import org.jspecify.annotations.NullMarked;
