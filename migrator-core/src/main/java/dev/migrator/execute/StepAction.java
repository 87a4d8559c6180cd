package dev.migrator.execute;

import dev.migrator.plan.Step;

/**
 * How the steps of one kind are done. It looks first: what an earlier process did is found, not
 * done again.
 *
 * <p>Crash: what is about to be sent was announced in the journal under the step's id.
 */
@FunctionalInterface
public interface StepAction {

  /**
   * Does a step, or finds it done.
   *
   * <p>Errors: {@link dev.migrator.cluster.ClusterException} when a cluster does not say what was
   * asked before anything was sent; {@link StoppedException} when the run shall stop.
   */
  StepResult run(Step.OnObject step, StepLog log);
}
