/** The report as one page of HTML that needs nothing but itself. */
@NullMarked
package dev.migrator.report.html;

import org.jspecify.annotations.NullMarked;
