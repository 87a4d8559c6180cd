package dev.migrator.execute;

import dev.migrator.plan.Step;

/** Does the steps of one command, each by the action of its kind. */
interface StepRunner {

  /** As {@link StepAction#run}. */
  StepResult run(Step step, StepLog log);

  /** Whether the step may begin although the run shall stop: it ends what was begun. */
  boolean mustFinish(Step step);
}
