/** From candidates and their order to a plan: objects, steps and findings. Pure. */
@NullMarked
package dev.migrator.planner;

import org.jspecify.annotations.NullMarked;
