package dev.migrator.execute;

import dev.migrator.plan.Step;

/**
 * A way in which the data of a claim comes to the target.
 *
 * <p>Source: docs/adr/0052, docs/adr/0053
 */
interface DataTransfer {

  /** Takes what the source has, when nobody uses it any more where its users are stopped. */
  StepResult capture(Step.OnObject step, StepLog log);

  /** Gives it to the target, after it was captured. */
  StepResult fill(Step.OnObject step, StepLog log);
}
