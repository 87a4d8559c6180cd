/** When CronJobs fire. Pure: rules in, instants out. */
@NullMarked
package dev.migrator.schedule;

import org.jspecify.annotations.NullMarked;
