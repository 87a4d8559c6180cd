/**
 * What will be done: phases and steps as plain data, the planner that orders them, named sanity
 * checks, and the file that holds a plan. Pure: values in, values out.
 */
@NullMarked
package dev.migrator.plan;

import org.jspecify.annotations.NullMarked;
