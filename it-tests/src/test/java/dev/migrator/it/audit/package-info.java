/**
 * What two clusters really went through, judged from the audit logs of their API servers. Shares no
 * code with the tool that is judged.
 */
@NullMarked
package dev.migrator.it.audit;

import org.jspecify.annotations.NullMarked;
